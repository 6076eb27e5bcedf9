import { PAIR_TABLE, SIP_TABLE, SUB_TABLE, type Meaning } from './table.js';

export type { Category, Meaning, Owner } from './table.js';
export type Direction = 'in' | 'out' | 'unknown';

/** Whose a failed call is, what it means and what to do next, with its codes as text: `504/569008`. */
export interface Verdict extends Meaning {
  readonly code: string;
}

const UNKNOWN: Meaning = {
  owner: 'unknown',
  page: 'report',
  category: 'other',
  delivered: false,
  meaning: 'a code that nobody has described',
  nextStep: 'Quote the correlation id to Microsoft support, and look at the SBC’s SIP log.',
};

/**
 * The verdict on an attempt that was not successful, by its final SIP code and Microsoft sub-code (null when absent): the exact
 * pair, the sub-code, then the families 560, 540, 569/549, 51 and 53, then the SIP code. Nothing is ever dropped.
 */
export function verdictOf(sip: number | null, sub: number | null, direction: Direction = 'unknown'): Verdict {
  const code = codeText(sip, sub);
  return { code, ...(PAIR_TABLE.get(code) ?? bySub(sub, direction) ?? bySip(sip, direction) ?? UNKNOWN) };
}

/** By which row of the table `verdictOf` judges, in words: `the row of the pair 504/569008`. */
export function rowOf(sip: number | null, sub: number | null, direction: Direction = 'unknown'): string {
  const code = codeText(sip, sub);
  if (PAIR_TABLE.has(code)) return `the row of the pair ${code}`;
  if (sub !== null && SUB_TABLE.has(sub)) return `the row of Microsoft’s code ${sub}`;
  if (sub !== null && bySub(sub, direction) !== undefined)
    return `the family ${Math.floor(sub / 1_000)} of Microsoft’s code ${sub}`;
  return bySip(sip, direction) === undefined ? 'no row: nobody has described it' : `the row of SIP ${sip}`;
}

/** A failed emergency call is told at the first one, whatever its codes. */
export function asEmergency(verdict: Verdict): Verdict {
  return { ...verdict, category: 'emergency', page: 'now' };
}

/** Not the caller's doing and not meant to be so: what a trunk is judged by. */
export function isFailure({ owner, page }: Meaning): boolean {
  return owner !== 'caller' && page !== 'never';
}

/** SIP codes that are ordinary life whatever sub-code comes with them: any number of them is nobody's alarm. */
const NEVER_ALARMING = new Set([480, 486, 487, 600, 603]);

/** A failure that may wake somebody, alone or with others. */
export function isAlarming(verdict: Verdict): boolean {
  const { sip } = readCode(verdict.code);
  return isFailure(verdict) && (sip === null || !NEVER_ALARMING.has(sip));
}

/** `504/569008`; a dash stands for an absent code. */
export function codeText(sip: number | null, sub: number | null): string {
  return `${sip ?? '-'}/${sub ?? '-'}`;
}

export function readCode(code: string): { readonly sip: number | null; readonly sub: number | null } {
  const [sip = '-', sub = '-'] = code.split('/');
  return { sip: sip === '-' ? null : Number(sip), sub: sub === '-' ? null : Number(sub) };
}

/** What it means, with its code: `the SBC’s certificate has expired (504/569008)`. */
export function meaningWords({ meaning, code }: Verdict): string {
  return `${meaning} (${code})`;
}

/** In words, for a summary: `SBC: the SBC’s certificate has expired (504/569008)`. */
export function verdictWords(verdict: Verdict): string {
  return `${OWNER_WORDS[verdict.owner]}: ${meaningWords(verdict)}`;
}

export const OWNER_WORDS = {
  caller: 'caller',
  sbc: 'SBC, not Microsoft',
  carrier: 'carrier, not Microsoft',
  tenant: 'tenant set-up, not Microsoft',
  microsoft: 'Microsoft',
  unknown: 'not known whose',
} as const;

function bySub(sub: number | null, direction: Direction): Meaning | undefined {
  if (sub === null) return undefined;
  const exact = SUB_TABLE.get(sub);
  if (exact !== undefined) return exact;
  const family = Math.floor(sub / 1_000);
  // 560000 and 540000 say that the call ended, and nothing about why it failed.
  const answered = sub % 1_000 < 100 ? undefined : bySip(sub % 1_000, direction);
  if (family === 560 && answered !== undefined) return fromSbc(sub % 1_000, answered);
  if (family === 540 && answered !== undefined) return answered;
  if (family === 569 || family === 549) return UNREACHABLE;
  if (sub >= 510_000 && sub < 520_000) return ROUTING;
  if (sub >= 530_000 && sub < 540_000) return MEDIA;
  return undefined;
}

/** The SBC produced the final answer: what is not the caller's own doing is its or its carrier's. */
function fromSbc(sip: number, answered: Meaning): Meaning {
  const owner = answered.owner === 'caller' || answered.owner === 'carrier' ? answered.owner : 'sbc';
  const category =
    answered.category === 'microsoft' || answered.category === 'tenant-config' ? 'other' : answered.category;
  return {
    ...answered,
    owner,
    category,
    meaning: `the SBC answered ${sip}: ${answered.meaning}`,
    nextStep:
      owner === 'caller'
        ? answered.nextStep
        : 'Look at the SBC’s SIP log for this call, and at the carrier behind it.',
  };
}

function bySip(sip: number | null, direction: Direction): Meaning | undefined {
  const found = sip === null ? undefined : SIP_TABLE.get(sip);
  // Nobody misdials a number that a carrier has delivered: it is assigned to nobody here.
  return found !== undefined && sip === 404 && direction === 'in' ? UNASSIGNED : found;
}

const UNASSIGNED: Meaning = {
  owner: 'tenant',
  page: 'burst',
  category: 'tenant-config',
  delivered: false,
  meaning: 'nobody has the called number',
  nextStep: 'Check the number’s assignment and the format the SBC sends (E.164).',
};

const UNREACHABLE: Meaning = {
  owner: 'sbc',
  page: 'now',
  category: 'unreachable',
  delivered: false,
  meaning: 'Microsoft could not reach the SBC',
  nextStep: 'Check that the SBC is up, its FQDN, certificate and TLS port, and the firewall.',
};

const ROUTING: Meaning = {
  owner: 'tenant',
  page: 'burst',
  category: 'tenant-config',
  delivered: false,
  meaning: 'routing or tenant data refused the call',
  nextStep: 'Check voice routes, policies and the numbers’ assignment.',
};

const MEDIA: Meaning = {
  owner: 'sbc',
  page: 'burst',
  category: 'media',
  delivered: false,
  meaning: 'the media could not be set up',
  nextStep: 'Check SDP, codecs, SRTP, ICE and the media ports between the SBC and Teams.',
};
