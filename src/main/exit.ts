/** sysexits.h: what the contract promises to scripts. */
export const EXIT = { ok: 0, failed: 1, unavailable: 69, config: 78 } as const;
