/** Those who show what changes, told that something did. */
export interface Watchers {
  /** `incidents`, `source:<key>`, `channel:<name>`, `settings`, `tick`. */
  readonly changed: (topic: string) => void;
  /** Returns how to stop. */
  readonly subscribe: (listener: (event: { readonly topic: string }) => void) => () => void;
}

export function openWatchers(): Watchers {
  const listeners = new Set<(event: { readonly topic: string }) => void>();
  return {
    changed(topic) {
      for (const listener of listeners) listener({ topic });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
