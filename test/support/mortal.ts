/** What nothing survives: the end of a process in the middle of its work. */
export class Death extends Error {}

/** Which call to the record or to a channel is the last of a life, and whether that one was still done. */
export interface Doom {
  readonly call: number;
  readonly done: boolean;
}

/** Calls until one is the last: afterwards nothing answers any more. */
export interface Mortal {
  wrap<T extends object>(target: T): T;
  /** A new life; undefined: without an end. */
  live(until: Doom | undefined): void;
}

export function mortal(): Mortal {
  let left = Infinity;
  let lastIsDone = false;
  const through = async (call: () => unknown): Promise<unknown> => {
    left -= 1;
    if (left < 0 || (left === 0 && !lastIsDone)) throw new Death();
    const result = await call();
    if (left <= 0) throw new Death();
    return result;
  };
  return {
    wrap: (target) =>
      new Proxy(target, {
        get(from, name) {
          const member: unknown = Reflect.get(from, name);
          return typeof member === 'function'
            ? (...args: unknown[]) => through(() => Reflect.apply(member, from, args) as unknown)
            : member;
        },
      }),
    live(until) {
      left = until?.call ?? Infinity;
      lastIsDone = until?.done ?? false;
    },
  };
}
