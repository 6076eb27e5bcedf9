import type { Json } from '../model/json.js';
import type { SourceKey } from '../model/source.js';
import type { Instant } from '../model/time.js';

/**
 * What a source keeps beside its memory: too much for one JSON value, or too secret. Implemented by the record
 * (src/store). Everything may be written twice: a poll that is repeated after a crash must leave the same.
 */
export interface Keep {
  readonly vault: Vault;
  readonly calls: CallKeep;
  readonly samples: SampleKeep;
  readonly documents: DocumentKeep;
}

/** A file that somebody else wrote, kept as it came. */
export interface Document {
  /** `TM123456-PIR.docx` */
  readonly name: string;
  readonly mediaType: string;
  readonly body: Uint8Array;
}

/** One document a subject; putting another one replaces it. The same body is kept once, however many refer to it. */
export interface DocumentKeep {
  put(source: SourceKey, subject: string, document: Document, at: Instant): Promise<void>;
  get(source: SourceKey, subject: string): Promise<Document | undefined>;
}

/** Secrets that a source was given and must give back: encrypted at rest, never in a log. */
export interface Vault {
  get(name: string): Promise<string | undefined>;
  put(name: string, secret: string): Promise<void>;
}

/** Direct-routing calls: who was seen, and how many of which kind in which minute. */
export interface CallKeep {
  /**
   * Marks of the calls that began in these hours (hour = instant of its beginning), as they were added: opaque bytes of the
   * source's own making, in any order.
   */
  marks(source: SourceKey, hours: readonly Instant[]): Promise<ReadonlyMap<Instant, readonly Uint8Array[]>>;
  /** All of it in one transaction: marks, counts (added to what is there) and failed calls (by id, kept once). */
  add(source: SourceKey, batch: CallBatch): Promise<void>;
  /** The first minute that counts are kept of; undefined without any. */
  begins(source: SourceKey): Promise<Instant | undefined>;
  /** Counts of the minutes from ≤ minute < to. */
  counts(source: SourceKey, from: Instant, to: Instant): Promise<readonly MinuteCount[]>;
  failed(
    source: SourceKey,
    filter: { readonly id?: string; readonly from?: Instant; readonly to?: Instant; readonly limit: number },
  ): Promise<readonly FailedCall[]>;
  /** Forgets what began before: all of it, or the marks alone, once no row of then can come again. */
  forget(source: SourceKey, before: Instant, only?: 'marks'): Promise<void>;
}

export interface CallBatch {
  /**
   * Bytes of marks that each hour of the batch had when it was decided what is new. Where it has more by now, somebody else
   * counted meanwhile: nothing is added, and `store.conflict` is thrown.
   */
  readonly known: ReadonlyMap<Instant, number>;
  readonly marks: ReadonlyMap<Instant, Uint8Array>;
  readonly counts: readonly MinuteCount[];
  readonly failed: readonly FailedCall[];
}

/** Calls that began in one minute and are alike in every dimension. */
export interface MinuteCount {
  /** The beginning of the minute. */
  readonly minute: Instant;
  /** Dimensions as one canonical text, so that equal ones add up: the source writes and reads it. */
  readonly key: string;
  readonly count: number;
}

/** A failed attempt, as it may be shown: numbers and names are masked before they come here. */
export interface FailedCall {
  readonly id: string;
  readonly startedAt: Instant;
  readonly values: { readonly [name: string]: Json };
}

/** A source's own history: one value an instant and series (CQD stamps, executions). Putting the same again changes nothing. */
export interface SampleKeep {
  put(
    source: SourceKey,
    series: string,
    samples: readonly { readonly at: Instant; readonly value: Json }[],
  ): Promise<void>;
  /** Oldest first. */
  get(
    source: SourceKey,
    series: string,
    from: Instant,
    to: Instant,
  ): Promise<readonly { readonly at: Instant; readonly value: Json }[]>;
}
