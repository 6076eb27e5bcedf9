import { safeHref } from './html.js';

/** Only a path of our own: a login page must not send people elsewhere. */
export function nextOf(value: unknown): string {
  const path = textOf(value);
  return path.startsWith('/') ? (safeHref(path) ?? '/') : '/';
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
