import type { FormField, FormValues } from '../../model/form.js';
import type { CommandContext } from '../command.js';
import { valueOf, type FormOrder } from './form.js';

/** Which tenant of those with scheduled reports, where there is a choice. */
export async function tenantField({ desk, tenant }: CommandContext): Promise<readonly FormField[]> {
  const takers = (await desk.tenants())
    .filter(({ sources }) => sources.some(({ kind }) => kind === 'partner-insights'))
    .map(({ name }) => name);
  if (takers.length < 2) return [];
  return [{ name: 'tenant', label: 'Tenant', kind: 'choice', initial: tenant ?? '', choices: takers }];
}

export function tenantOf(values: FormValues): Pick<FormOrder, 'tenant'> {
  const tenant = valueOf(values, 'tenant');
  return tenant === '' ? {} : { tenant };
}
