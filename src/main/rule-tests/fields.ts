import { z } from 'zod';
import { duration } from '../../settings/index.js';

/** A span of time; 0 needs no unit. */
export const span = z.preprocess((value) => (value === 0 ? '0s' : value), duration);

/** An ISO instant in UTC or with an offset. */
export const instant = z.string().transform((text, context) => {
  const at = Date.parse(text);
  if (/^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(at)) return at;
  context.addIssue({ code: 'custom', message: `"${text}" is not an instant such as 2026-11-21T03:00:00Z` });
  return z.NEVER;
});
