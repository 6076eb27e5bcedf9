import type { CallBatch, FailedCall, MinuteCount } from '../keep.js';
import type { Privacy } from '../source.js';
import { line } from '../text.js';
import { HOUR, type Instant } from '../../model/time.js';
import { directionOf, failedCall, isEmergency } from './call.js';
import { COUNTRIES } from './countries.js';
import { openFailovers } from './failover.js';
import { keyHead } from './key.js';
import type { Hour, Ledger } from './ledger.js';
import { openInterner, type Names, type Row } from './scan/row.js';
import type { TakeRow } from './scan/page.js';
import { parseCall } from './scan/slow.js';
import { openBatchCounts, openUsers, type TellCount } from './tally.js';
import { Triples } from './triples.js';
import { codeText, isFailure, verdictOf, type Direction } from './verdict.js';

export interface FoldDeps {
  readonly ledger: Ledger;
  readonly names: Names;
  readonly privacy: Privacy;
  /** The beginning of what is read. */
  readonly from: Instant;
}

/** Takes calls one by one and leaves only counts: what a page was made of can be dropped at once. */
export interface Fold {
  readonly take: TakeRow;
  /** Calls that were new since the last batch. */
  readonly waiting: number;
  /** Calls outside the hours that were loaded: they were not asked for. */
  readonly outside: number;
  /** Notes the failed attempts that succeeded elsewhere; after the last page. */
  finish(): void;
  /** All that is new since the last time. Once it is kept, `settle` it. */
  batch(): CallBatch;
  settle(batch: CallBatch): void;
  /** Of the batch, users taken together. */
  heads(tell: TellCount): void;
}

const DIRECTIONS: readonly Direction[] = ['in', 'out', 'unknown'];

interface Kind {
  readonly direction: number;
  readonly emergency: boolean;
}

interface Code {
  readonly place: number;
  readonly failure: boolean;
  readonly text: string;
}

/** Names as they are counted: trunks in lower case, as the SBC's administrators never agree on one (and DNS does not care). */
export function openNames(): Names {
  return {
    types: openInterner((text) => line(text, 60)),
    trunks: openInterner((text) => line(text, 253).toLowerCase().replace(/[\s|]/g, '_')),
  };
}

export function openFold({ ledger, names, privacy, from }: FoldDeps): Fold {
  const counts = openBatchCounts();
  const users = openUsers();
  const failovers = openFailovers(from);
  const kinds: Kind[] = [];
  const codes: Code[] = [ANSWERED];
  const codePlaces = new Triples();
  const heads = new Triples();
  const headTexts: string[] = [];
  let failed: FailedCall[] = [];
  const touched = new Set<Instant>();
  let touchedLast = Number.NaN;
  let waiting = 0;
  let outside = 0;
  let hourAt = Number.NaN;
  let hour: Hour | undefined;

  function take(row: Row, bytes: Uint8Array, start: number, end: number): void {
    if (!(row.start >= hourAt && row.start < hourAt + HOUR)) {
      hourAt = Math.floor(row.start / HOUR) * HOUR;
      hour = ledger.hour(hourAt);
    }
    if (hour === undefined) {
      outside += 1;
      return;
    }
    const kind = kinds[row.type] ?? (kinds[row.type] = kindOf(names.types.text(row.type)));
    const code = row.answered ? ANSWERED : codeOf(row, kind);
    const head = headOf(row, kind, code);
    if (row.answered) failovers.answered(row, kind.direction);
    else if (code.failure) failovers.failed(row, kind.direction, head);
    if (!hour.ids.add(row.id0, row.id1, row.id2, row.id3)) return;
    if (touchedLast !== hourAt) touch(hourAt);
    waiting += 1;
    const user = users.place(row.user0, row.user1, row.user2, row.user3);
    counts.add(row.start, head, user);
    if (!code.failure) return;
    const call = parseCall(bytes, start, end);
    if (call !== undefined) failed.push(failedCall(call, row.start, privacy));
  }

  function touch(at: Instant): void {
    touched.add(at);
    touchedLast = at;
  }

  function codeOf(row: Row, { direction, emergency }: Kind): Code {
    const { sub } = row;
    const sip = row.sip > LARGEST_SIP ? -1 : row.sip;
    const place = codePlaces.get(sip, sub, direction * 2 + Number(emergency));
    if (place >= 0) return codes[place] as Code;
    const verdict = verdictOf(sip < 0 ? null : sip, sub < 0 ? null : sub, DIRECTIONS[direction]);
    const code = {
      place: codes.length,
      failure: emergency || isFailure(verdict),
      text: codeText(sip < 0 ? null : sip, sub < 0 ? null : sub),
    };
    codes.push(code);
    codePlaces.set(sip, sub, direction * 2 + Number(emergency), code.place);
    return code;
  }

  function headOf(row: Row, { direction, emergency }: Kind, code: Code): number {
    const country = direction === 0 ? row.callerCountry : row.calleeCountry;
    const kind = (country * 3 + direction) * 2 + Number(emergency);
    let head = heads.get(row.trunk, kind, code.place);
    if (head >= 0) return head;
    const dimensions = {
      trunk: names.trunks.text(row.trunk),
      direction: DIRECTIONS[direction] ?? 'unknown',
      country: COUNTRIES[country] ?? '',
      code: code.text,
      emergency,
    };
    // The note on its recovery, if there is ever one, stands beside it.
    head =
      headTexts.push(
        keyHead({ ...dimensions, recovered: false }),
        keyHead({ ...dimensions, recovered: true }),
      ) - 2;
    heads.set(row.trunk, kind, code.place, head);
    return head;
  }

  function finish(): void {
    for (const { id, start, head } of failovers.recovered()) {
      const at = Math.floor(start / HOUR) * HOUR;
      // Its own mark, so that it is noted once whatever happens.
      const isNew = ledger.hour(at)?.ids.add(~id[0], ~id[1], ~id[2], id[3]) ?? false;
      if (!isNew) continue;
      touch(at);
      waiting += 1;
      counts.add(start, head + 1, 0);
    }
  }

  return {
    take,
    get waiting() {
      return waiting;
    },
    get outside() {
      return outside;
    },
    finish,
    heads: (tell) => counts.heads((minute, head, count) => tell(minute, headTexts[head] ?? '', count)),
    batch() {
      const marks = new Map<Instant, Uint8Array>();
      const known = new Map<Instant, number>();
      for (const at of touched) {
        const of = ledger.hour(at);
        const bytes = of?.ids.taken();
        if (of === undefined || bytes === undefined) continue;
        marks.set(at, bytes);
        known.set(at, of.kept);
      }
      const list: MinuteCount[] = [];
      counts.each((minute, head, user) =>
        list.push({ minute, key: (headTexts[head] ?? '') + users.text(user), count: 1 }),
      );
      return { known, marks, counts: list, failed };
    },
    settle({ marks }) {
      for (const [at, bytes] of marks) {
        const of = ledger.hour(at);
        if (of !== undefined) of.kept += bytes.length;
      }
      counts.clear();
      touched.clear();
      touchedLast = Number.NaN;
      failed = [];
      waiting = 0;
    },
  };
}

/** Whatever is larger is no SIP code. */
const LARGEST_SIP = 999_999;
const ANSWERED: Code = { place: 0, failure: false, text: '' };

function kindOf(type: string): Kind {
  return { direction: DIRECTIONS.indexOf(directionOf(type)), emergency: isEmergency(type) };
}
