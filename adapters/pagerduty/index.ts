import { z } from 'zod';
import { parseDuration } from '../../src/lib/duration.js';
import { isPushAddress, openPush, type Push } from '../../src/lib/http/push.js';
import { SECOND } from '../../src/model/time.js';
import type { Adapter, AdapterDeps, AdapterPlug } from '../../src/notify/adapter.js';
import { openChannel } from './channel.js';

const TIMEOUT = 10 * SECOND;

const channelSettings = z.strictObject({
  routingKey: z.string().regex(/^\S+$/, 'must be the integration key of an Events API v2 integration'),
  url: z
    .string()
    .refine(isPushAddress, 'must be an https address (http for a loopback host only)')
    .default('https://events.pagerduty.com'),
  timeout: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, 'must be a duration such as 10s')
    .optional(),
});

/** PagerDuty's Events API v2: an incident of ours is an alert there. It only speaks: who acts in PagerDuty, acts there. */
export const pagerduty: AdapterPlug = {
  kind: 'pagerduty',
  settings: undefined,
  channel: channelSettings,
  open: async (_settings, deps) => openPagerDuty(deps),
};

function openPagerDuty(deps: AdapterDeps): Adapter {
  const open: Push[] = [];
  return {
    kind: 'pagerduty',
    channel(name, given) {
      const { routingKey, url, timeout } = channelSettings.parse(given);
      const push = openPush(new URL(url), parseDuration(timeout ?? '') ?? TIMEOUT);
      open.push(push);
      const target = new URL(`${url.replace(/\/+$/, '').replace(/\/v2\/enqueue$/, '')}/v2/enqueue`);
      return openChannel({ name, routingKey, target, push }, deps);
    },
    async close() {
      await Promise.all(open.map((push) => push.close()));
    },
  };
}
