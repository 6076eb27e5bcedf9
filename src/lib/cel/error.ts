/** What is wrong with an expression, in one line. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** The part of the expression that is meant, as it is written there. */
  readonly near: string | undefined;

  constructor(message: string, options: { readonly cause?: unknown; readonly near?: string } = {}) {
    super(message, options);
    this.near = options.near;
  }
}

export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? message;
}
