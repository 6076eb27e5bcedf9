/**
 * The three functions of the Reflect metadata proposal that @peculiar/x509's container calls at load. Import this file
 * before that package. Whoever brought a whole implementation first keeps it.
 */
type Store = Map<unknown, unknown>;

const stores = new WeakMap<object, Store>();

function defineMetadata(key: unknown, value: unknown, target: object): void {
  const store: Store = stores.get(target) ?? new Map<unknown, unknown>();
  stores.set(target, store.set(key, value));
}

function getOwnMetadata(key: unknown, target: object): unknown {
  return stores.get(target)?.get(key);
}

function getMetadata(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const store = stores.get(at);
    if (store?.has(key) === true) return store.get(key);
  }
  return undefined;
}

if (!('getMetadata' in Reflect)) Object.assign(Reflect, { defineMetadata, getOwnMetadata, getMetadata });
