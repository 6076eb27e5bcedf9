/** `tenants[0].sources` → `['tenants', 0, 'sources']` */
export function pathOf(text: string): readonly PropertyKey[] {
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : Number(index),
  );
}
