const SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:']);

/** An address that people may be sent to, parsed; undefined for every other scheme, and for what is no address. */
export function safeLink(href: string): URL | undefined {
  if (!URL.canParse(href)) return undefined;
  const url = new URL(href);
  return SCHEMES.has(url.protocol) ? url : undefined;
}
