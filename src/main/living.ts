/** Kinds of channels with cards that change in place, and a thread under each. */
export const LIVING: ReadonlySet<string> = new Set(['slack', 'teams']);
