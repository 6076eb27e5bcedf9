const LATE = Symbol('late');

/**
 * The answer, or what `late` gives (or throws) when the answer takes longer than `ms`. What comes after that is nobody's, and
 * may fail unheard.
 */
export async function within<T, L>(
  answer: Promise<T>,
  ms: number,
  late: () => L | Promise<L>,
): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, ms, LATE);
  });
  try {
    const first = await Promise.race([answer, waited]);
    return first === LATE ? await late() : first;
  } finally {
    clearTimeout(timer);
  }
}
