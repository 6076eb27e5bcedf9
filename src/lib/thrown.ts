/**
 * What can be known of anything thrown. Asked by shape and not with `instanceof`: an error of another realm (a worker, a
 * sandbox) is no `Error` of this one.
 */
export function codeOf(error: unknown): string {
  return textAt(error, 'code');
}

export function nameOf(error: unknown): string {
  return textAt(error, 'name');
}

/**
 * What began it: the first error that has a code, else the last one, on the way through `cause` and the first of several joined
 * errors.
 */
export function innermost(error: unknown): unknown {
  if (!isObject(error) || typeof error['code'] === 'string') return error;
  if (Array.isArray(error['errors']) && error['errors'].length > 0) return innermost(error['errors'][0]);
  return 'cause' in error ? innermost(error['cause']) : error;
}

/** The message, or that of the first of several joined errors when it has none of its own; empty when there is none. */
export function messageOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const message = textAt(error, 'message');
  if (message !== '' || !isObject(error) || !('errors' in error) || !Array.isArray(error.errors))
    return message;
  return error.errors.length === 0 ? '' : messageOf(error.errors[0]);
}

function textAt(error: unknown, key: 'code' | 'message' | 'name'): string {
  if (!isObject(error)) return '';
  const value = error[key];
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
