/** Conditions of a WHERE, gathered one at a time: `$` in a condition stands for its own parameter. */
export interface Where {
  and(condition: string, param: unknown): void;
  /** ` where … and …`, or nothing when there is no condition. */
  text(): string;
  /** ` limit $n`, or nothing when there is no limit. */
  limit(rows: number | undefined): string;
  readonly params: readonly unknown[];
}

export function where(): Where {
  const conditions: string[] = [];
  const params: unknown[] = [];
  const place = (text: string, param: unknown): string => text.replace('$', () => `$${params.push(param)}`);
  return {
    params,
    and: (condition, param) => {
      if (param !== undefined) conditions.push(place(condition, param));
    },
    text: () => (conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`),
    limit: (rows) => (rows === undefined ? '' : place(' limit $::integer', Math.max(0, Math.trunc(rows)))),
  };
}
