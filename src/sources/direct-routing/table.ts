/** Whose it is. `caller` is anybody's own doing on either end: busy, no answer, hung up, misdialled. */
export type Owner = 'caller' | 'sbc' | 'carrier' | 'tenant' | 'microsoft' | 'unknown';

/** `now`: one such call is enough · `burst`: many of them may wake someone · `report`: a digest · `never`: ordinary life. */
export type Page = 'now' | 'burst' | 'report' | 'never';

export type Category =
  | 'certificate'
  | 'dns'
  | 'unreachable'
  | 'overload'
  | 'carrier'
  | 'media'
  | 'tenant-config'
  | 'microsoft'
  | 'emergency'
  | 'other';

/** What a pair of codes means. `delivered`: busy, no answer or a reject; the network did its work (NER counts it as good). */
export interface Meaning {
  readonly owner: Owner;
  readonly page: Page;
  readonly category: Category;
  readonly delivered: boolean;
  readonly meaning: string;
  readonly nextStep: string;
}

type Row = readonly [owner: Owner, page: Page, category: Category, meaning: string, nextStep: string];

const SBC_LOG = 'Look at the SBC’s SIP log for this call, and at the carrier behind it.';
const STACK = 'Look at the SBC’s SIP log for this call; check its firmware and SIP profile for Teams.';
const NOTHING = 'Nothing to do.';
const CLOSE_SESSIONS = 'then close its old TLS sessions, so that the new one is used.';

/** Final SIP codes (Microsoft Learn, "Microsoft and SIP response codes for Direct Routing"). */
const SIP: Readonly<Record<number, Row>> = {
  0: ['caller', 'never', 'other', 'ended before it was answered', NOTHING],
  200: ['caller', 'never', 'other', 'ended before it was answered', NOTHING],
  400: ['sbc', 'burst', 'other', 'malformed SIP from the SBC', STACK],
  401: [
    'sbc',
    'burst',
    'carrier',
    'the far side asks for authentication',
    'Check the carrier’s SIP account on the SBC.',
  ],
  402: [
    'carrier',
    'burst',
    'carrier',
    'payment required at the carrier',
    'Check the account and its credit with the carrier.',
  ],
  403: [
    'tenant',
    'burst',
    'other',
    'refused by policy, licence or carrier',
    'Read the Microsoft sub-code: it says who refused.',
  ],
  404: ['caller', 'report', 'other', 'the number is unknown', 'Check the number that was dialled.'],
  405: ['sbc', 'burst', 'other', 'the SBC does not allow the method', STACK],
  406: ['sbc', 'burst', 'other', 'not acceptable to the SBC', STACK],
  407: [
    'sbc',
    'burst',
    'carrier',
    'the far side asks for authentication',
    'Check the carrier’s SIP account on the SBC.',
  ],
  408: ['sbc', 'burst', 'other', 'the SBC or the far end did not answer in time', SBC_LOG],
  410: [
    'sbc',
    'burst',
    'media',
    'the media could not be set up',
    'Check ICE, SDP and the media ports between the SBC and Teams.',
  ],
  412: ['sbc', 'report', 'other', 'the called number cannot be read', 'Have the SBC send E.164 numbers.'],
  413: ['sbc', 'burst', 'other', 'the message is too large', STACK],
  414: ['sbc', 'burst', 'other', 'the address is too long', STACK],
  415: [
    'sbc',
    'burst',
    'media',
    'the content type is not supported',
    'Have the SBC send an SDP offer in the INVITE.',
  ],
  420: [
    'sbc',
    'burst',
    'other',
    'a required SIP extension is not supported',
    'Switch the extension (often 100rel) off on the SBC.',
  ],
  480: ['caller', 'never', 'other', 'no answer, or nobody signed in', NOTHING],
  481: ['sbc', 'report', 'other', 'the call is unknown to the other side', STACK],
  482: [
    'tenant',
    'burst',
    'tenant-config',
    'the call runs in a loop',
    'Look for forwarding and routes that point back at each other.',
  ],
  483: [
    'tenant',
    'burst',
    'tenant-config',
    'too many hops',
    'Look for forwarding and routes that point back at each other.',
  ],
  484: [
    'caller',
    'report',
    'other',
    'the number is incomplete',
    'Check the number, and the dial plan if it is right.',
  ],
  485: [
    'tenant',
    'report',
    'tenant-config',
    'the number is ambiguous',
    'Check that the number is assigned once.',
  ],
  486: ['caller', 'never', 'other', 'busy', NOTHING],
  487: ['caller', 'never', 'other', 'the caller hung up before an answer', NOTHING],
  488: ['sbc', 'burst', 'media', 'the media was not acceptable', 'Check codecs, SRTP and ICE on the SBC.'],
  491: ['sbc', 'report', 'other', 'two requests crossed', STACK],
  500: [
    'microsoft',
    'burst',
    'microsoft',
    'a server error',
    'Read the Microsoft sub-code; see Microsoft’s service health for Teams.',
  ],
  501: ['sbc', 'report', 'other', 'not implemented by the SBC', STACK],
  502: ['carrier', 'burst', 'carrier', 'a bad gateway behind the SBC', 'Ask the carrier.'],
  503: [
    'sbc',
    'burst',
    'overload',
    'unavailable: overloaded, no free channels or in maintenance',
    'Check the SBC’s load, licences and channels, and the carrier.',
  ],
  504: [
    'sbc',
    'now',
    'unreachable',
    'Microsoft could not reach the SBC',
    'Check that the SBC is up, its FQDN, certificate and TLS port, and the firewall.',
  ],
  580: ['sbc', 'report', 'other', 'a precondition failed', STACK],
  600: ['caller', 'never', 'other', 'busy everywhere', NOTHING],
  603: ['caller', 'never', 'other', 'declined', NOTHING],
  604: ['caller', 'report', 'other', 'the number exists nowhere', 'Check the number that was dialled.'],
  606: ['sbc', 'report', 'other', 'acceptable nowhere', SBC_LOG],
};

/** Microsoft's sub-codes, by `sip/sub` (Microsoft Learn, the Direct Routing troubleshooting pages per SIP code). */
const PAIRS: Readonly<Record<string, Row>> = {
  '0/540000': ['caller', 'never', 'other', 'a normal end from the Teams side', NOTHING],
  '0/560000': ['caller', 'never', 'other', 'a normal end from the SBC’s side', NOTHING],
  '408/0': [
    'caller',
    'report',
    'other',
    'never established: the client’s network',
    'Check the client’s connection to Teams.',
  ],
  '408/1106': [
    'sbc',
    'burst',
    'other',
    'answered, but the SBC never acknowledged it',
    'Check the SBC’s SIP stack and TLS: it must ACK the 200 OK.',
  ],
  '480/10037': ['caller', 'never', 'other', 'the called user is signed in nowhere', NOTHING],
  '480/10140': [
    'microsoft',
    'report',
    'microsoft',
    'the bot’s settings are missing',
    'Provision the bot’s resource account again, else open a case with Microsoft.',
  ],
  '480/10191': [
    'tenant',
    'report',
    'tenant-config',
    'voicemail is off by policy',
    'Check the calling policy of the called user; test voicemail.',
  ],
  '403/10199': [
    'tenant',
    'report',
    'tenant-config',
    'the called user may not have private calls',
    'Allow “Make private calls” in the calling policy.',
  ],
  '404/10202': [
    'sbc',
    'report',
    'other',
    'the call to replace was not found',
    'Have the SBC try the transfer again after a failure.',
  ],
  '503/10320': [
    'microsoft',
    'burst',
    'microsoft',
    'a bot (recorder, attendant) was not reachable or too slow',
    'Check the bot’s vendor or service; see Microsoft’s service health for Teams.',
  ],
  '486/10321': ['tenant', 'report', 'other', 'the bot is busy', 'Check the bot’s capacity with its vendor.'],
  '403/10500': [
    'tenant',
    'report',
    'tenant-config',
    'location-based routing forbids it',
    'Check the set-up of location-based routing for the user’s site and trunk.',
  ],
  '403/10553': [
    'tenant',
    'burst',
    'tenant-config',
    'the compliance recorder could not be invited, so the call was dropped',
    'Check the recorder with its vendor, and the compliance recording policy.',
  ],
  '408/500001': [
    'sbc',
    'burst',
    'unreachable',
    'the SBC did not answer before the failover timer',
    'Check the SBC’s load and network; 20 s for FailoverTimeSeconds suits slow regions.',
  ],
  '412/510412': [
    'sbc',
    'report',
    'other',
    'the called number cannot be read',
    'Have the SBC send E.164 numbers.',
  ],
  '500/510482': [
    'tenant',
    'report',
    'tenant-config',
    'an endless forwarding',
    'Look for users who forward to each other.',
  ],
  '403/510532': [
    'tenant',
    'burst',
    'tenant-config',
    'no trunk is configured for the name in the SBC’s Contact header',
    'Add the FQDN as a trunk, or correct the SBC’s Contact header.',
  ],
  '403/510534': ['tenant', 'never', 'other', 'the caller is on the tenant’s block list', NOTHING],
  '500/510544': [
    'tenant',
    'burst',
    'tenant-config',
    'no trunk found for the call',
    'Check voice routes and, for emergency calls, the emergency routing policy, at once.',
  ],
  '403/510546': [
    'tenant',
    'report',
    'tenant-config',
    'no trunk by location: toll bypass is prevented',
    'Check location-based routing, if it was not meant so.',
  ],
  '403/510559': [
    'tenant',
    'burst',
    'tenant-config',
    'no voice route matches the dialled number',
    'Check the voice routes’ patterns and the user’s voice routing policy.',
  ],
  '403/510560': [
    'tenant',
    'report',
    'tenant-config',
    'the user is not enabled for Enterprise Voice',
    'Check the user’s licence and Enterprise Voice.',
  ],
  '403/510562': [
    'tenant',
    'report',
    'tenant-config',
    'the user may not call out',
    'Check the user’s outbound calling restrictions.',
  ],
  '403/510563': ['tenant', 'never', 'other', 'international, and only domestic calls are allowed', NOTHING],
  '404/511404': [
    'tenant',
    'burst',
    'tenant-config',
    'no user has the called number',
    'Check the number’s assignment and the format the SBC sends (E.164).',
  ],
  '410/531000': ['sbc', 'burst', 'media', 'the SDP is malformed or not supported', 'Check the SBC’s SDP.'],
  '488/531000': [
    'sbc',
    'burst',
    'media',
    'no acceptable media, or no SRTP offered',
    'Check codecs and SRTP on the SBC.',
  ],
  '410/531004': [
    'sbc',
    'burst',
    'media',
    'the media path is blocked: ICE checks failed',
    'Check the firewall for the media ports between the SBC and Teams.',
  ],
  '410/531005': [
    'sbc',
    'burst',
    'media',
    'the media path broke',
    'Check the network between the SBC and Teams.',
  ],
  '488/531027': [
    'sbc',
    'burst',
    'media',
    'no ICE candidates, with media bypass',
    'Switch ICE Lite on on the SBC.',
  ],
  '488/531052': ['sbc', 'report', 'media', 'an SDP with 0.0.0.0 while negotiating', 'Check the SBC’s SDP.'],
  '400/540400': ['sbc', 'burst', 'other', 'the SBC sent invalid SIP', STACK],
  '415/540415': [
    'sbc',
    'burst',
    'media',
    'the offer is missing or of an unsupported type',
    'Have the SBC send an SDP offer in the INVITE.',
  ],
  '415/510415': [
    'sbc',
    'burst',
    'media',
    'the offer is missing or of an unsupported type',
    'Have the SBC send an SDP offer in the INVITE.',
  ],
  '420/540420': [
    'sbc',
    'burst',
    'other',
    'the SBC requires an unsupported extension',
    'Switch the extension (often 100rel) off on the SBC.',
  ],
  '500/540500': ['sbc', 'burst', 'other', 'a duplicate INVITE, or a transfer without its call', STACK],
  '503/540998': [
    'microsoft',
    'burst',
    'microsoft',
    'Microsoft’s SIP endpoint is draining for maintenance',
    'Nothing, if it is brief; if frequent, have the SBC resolve DNS anew at least every 15 minutes.',
  ],
  '504/549002': [
    'sbc',
    'now',
    'unreachable',
    'the INVITE cannot be delivered: the TLS connection is gone',
    'Check the SBC’s TLS listener and its SIP version.',
  ],
  '504/549018': ['sbc', 'now', 'unreachable', 'an invalid request or response line', STACK],
  '504/569018': ['sbc', 'now', 'unreachable', 'an invalid request or response line', STACK],
  '402/560402': [
    'carrier',
    'burst',
    'carrier',
    'payment required at the carrier',
    'Check the account and its credit with the carrier.',
  ],
  '403/560403': ['sbc', 'burst', 'carrier', 'the SBC or its carrier refused', SBC_LOG],
  '408/560408': [
    'carrier',
    'burst',
    'carrier',
    'the far side behind the SBC did not answer',
    'Look whether one destination is concerned, and ask the carrier.',
  ],
  '420/560420': ['sbc', 'burst', 'other', 'the SBC lacks a required header (Replaces)', STACK],
  '484/560484': [
    'caller',
    'report',
    'other',
    'the SBC refused the number’s format',
    'Check the number; check the SBC’s translation for forwarded calls.',
  ],
  '503/560503': [
    'sbc',
    'burst',
    'overload',
    'the SBC is overloaded, in maintenance or out of licences or channels',
    'Check the SBC’s load, licences and channels, and the carrier.',
  ],
  '504/569002': [
    'sbc',
    'now',
    'unreachable',
    'the SBC does not answer, refuses or fails TLS',
    'Check that the SBC is up, its TLS port and context, its certificate’s name and use, and the firewall.',
  ],
  '504/569003': [
    'sbc',
    'now',
    'certificate',
    'TLS failed: the SBC’s certificate authority is not trusted, or the certificate has expired',
    `Check the SBC’s certificate and its chain; renew it, ${CLOSE_SESSIONS}`,
  ],
  '504/569008': [
    'sbc',
    'now',
    'certificate',
    'the SBC’s certificate has expired',
    `Renew the SBC’s certificate, ${CLOSE_SESSIONS}`,
  ],
  '504/569009': [
    'sbc',
    'now',
    'certificate',
    'the SBC’s certificate has an untrusted root',
    `Install a certificate of a public authority that Microsoft trusts, with its chain, ${CLOSE_SESSIONS}`,
  ],
  '504/569015': ['sbc', 'now', 'dns', 'the SBC’s name is not in DNS', 'Restore the SBC’s public DNS record.'],
  '504/569016': [
    'sbc',
    'now',
    'dns',
    'the SBC’s name has no address in DNS',
    'Add an A or AAAA record for the SBC’s name.',
  ],
  // Azure Communication Services' PSTN tables: the same family of codes.
  '403/510403': [
    'tenant',
    'burst',
    'tenant-config',
    'blocked: no route, or the number is not allowed',
    'Check the voice routes and the user’s calling restrictions.',
  ],
  '403/511532': [
    'tenant',
    'burst',
    'tenant-config',
    'the trunk’s configuration was not found',
    'Check that the trunk exists and is enabled.',
  ],
  '404/560404': [
    'caller',
    'report',
    'other',
    'the number is unknown behind the SBC',
    'Check the number that was dialled.',
  ],
  '480/560480': ['caller', 'never', 'other', 'no answer, or not available', NOTHING],
  '486/540486': ['caller', 'never', 'other', 'busy', NOTHING],
  '486/560486': ['caller', 'never', 'other', 'busy', NOTHING],
  '487/540487': ['caller', 'never', 'other', 'the caller hung up before an answer', NOTHING],
  '487/560487': ['caller', 'never', 'other', 'the caller hung up before an answer', NOTHING],
  '500/560500': ['sbc', 'burst', 'other', 'a server error of the SBC or behind it', SBC_LOG],
  '603/560603': ['caller', 'never', 'other', 'declined, or blocked as fraud', NOTHING],
};

/** The network did its work: user busy, ring no answer, terminal reject. */
const DELIVERED = new Set([480, 486, 487, 600, 603]);
/** Codes that look so and are not: the called side is set up wrongly. */
const NOT_DELIVERED = new Set(['480/10140', '480/10191']);

export const SIP_TABLE: ReadonlyMap<number, Meaning> = new Map(
  Object.entries(SIP).map(([sip, row]) => [Number(sip), meaningOf(row, DELIVERED.has(Number(sip)))]),
);

export const PAIR_TABLE: ReadonlyMap<string, Meaning> = new Map(
  Object.entries(PAIRS).map(([pair, row]) => [
    pair,
    meaningOf(row, DELIVERED.has(Number.parseInt(pair, 10)) && !NOT_DELIVERED.has(pair)),
  ]),
);

/** By sub-code alone, for a pair that is not documented: the first documented pair speaks for it. */
export const SUB_TABLE: ReadonlyMap<number, Meaning> = new Map(
  [...PAIR_TABLE]
    .filter(([pair]) => !pair.startsWith('0/') && !pair.endsWith('/0'))
    .reverse()
    .map(([pair, meaning]) => [Number(pair.slice(pair.indexOf('/') + 1)), meaning]),
);

function meaningOf([owner, page, category, meaning, nextStep]: Row, delivered: boolean): Meaning {
  return { owner, page, category, meaning, nextStep, delivered };
}
