import { DAY, HOUR, MINUTE, type Instant } from '../../model/time.js';
import type { Trouble } from '../state/calls.js';
import type { Step } from '../state/world.js';

const PARIS = 'sbc1.contoso.example';
const LONDON = 'sbc2.contoso.example';
const BERLIN = 'sbc3.contoso.example';

/**
 * The week of the direct routing call log: everyday traffic over three trunks, a carrier that is full on the first day, an SBC
 * whose certificate expires some hours later until it is renewed, and half an hour on the fifth in which Microsoft's side fails on all.
 */
export function calls(start: Instant): readonly Step[] {
  return [
    {
      at: start - 3 * DAY,
      what: 'three trunks carry calls',
      apply: (world) => world.calls.traffic(start - 3 * DAY, [PARIS, LONDON, BERLIN]),
    },
    step(start, 'the carrier behind London is full', {
      trunk: LONDON,
      from: start + 3 * HOUR,
      to: start + 3 * HOUR + 40 * MINUTE,
      share: 0.8,
      more: 3,
      sip: 503,
      sub: 560_503,
      phrase: 'Service unavailable',
    }),
    step(start, 'the certificate of Paris expires', {
      trunk: PARIS,
      from: start + 9 * HOUR,
      to: start + 12 * HOUR,
      share: 1,
      more: 1,
      sip: 504,
      sub: 569_008,
      phrase: 'Unable to deliver INVITE: the remote certificate has expired',
    }),
    ...[PARIS, LONDON, BERLIN].map((trunk) =>
      step(start, `Microsoft fails on ${trunk}`, {
        trunk,
        from: start + 4 * DAY + 6 * HOUR,
        to: start + 4 * DAY + 6 * HOUR + 30 * MINUTE,
        share: 0.6,
        more: 1,
        sip: 503,
        sub: 540_998,
        phrase: 'Service unavailable',
      }),
    ),
  ];
}

function step(at: Instant, what: string, trouble: Trouble): Step {
  return { at, what, apply: (world) => world.calls.trouble(trouble) };
}
