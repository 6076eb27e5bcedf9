/** One step of the schema. A published one is never edited: a correction is the next number. */
export interface Migration {
  /** 1, 2, 3 … without a gap. */
  readonly version: number;
  readonly name: string;
  /** Run one after the other in the transaction of the whole upgrade; names are qualified with `tocsin.`. */
  readonly statements: readonly string[];
}
