/** Asks until the answer is neither false, undefined nor null, and fails when it takes longer than `withinMs`. */
export async function until<T>(
  ask: () => T | Promise<T>,
  withinMs = 90_000,
): Promise<Exclude<T, false | undefined | null>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== undefined && answer !== null)
      return answer as Exclude<T, false | undefined | null>;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${ask.toString()}`);
    await pause(20);
  }
}

/** For what must not happen: there is no event to wait for. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
