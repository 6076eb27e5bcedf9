import type { Desk } from '../../commands/command.js';
import { Fault } from '../../lib/fault.js';

/** Orders go to a source of these tenants, or to none. */
export function narrowOrder(
  desk: Desk,
  tenants: Desk['tenants'],
  asked: (tenant: string | undefined) => readonly string[],
): Desk['order'] {
  return async (order, tenant, actor) => {
    const meant = asked(tenant);
    const rows = await tenants();
    const takers = rows.filter(
      ({ name, sources }) => meant.includes(name) && sources.some(({ kind }) => kind === 'partner-insights'),
    );
    const [taker, second] = takers;
    if (taker === undefined)
      throw new Fault('command.usage', 'No tenant here has a source that takes such an order.');
    if (second !== undefined)
      throw new Fault(
        'command.usage',
        `Say which tenant with --tenant: ${takers.map(({ name }) => name).join(', ')}.`,
      );
    return desk.order(order, taker.name, actor);
  };
}
