/** The browser tab's picture. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#101820"/><g fill="#f2c14b" transform="translate(4 4)"><path d="M12 2.5a1.6 1.6 0 0 1 1.6 1.6v.5A6.6 6.6 0 0 1 18.6 11v3.6l1.6 2.7c.3.5-.1 1.2-.7 1.2h-15c-.6 0-1-.7-.7-1.2l1.6-2.7V11a6.6 6.6 0 0 1 5-6.4v-.5A1.6 1.6 0 0 1 12 2.5Z"/><path d="M9.4 20h5.2a2.6 2.6 0 0 1-5.2 0Z"/></g></svg>
`;
