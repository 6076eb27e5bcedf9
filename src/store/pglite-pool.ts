import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import type { Engine, Rows } from './pglite-engine.js';
import { storableParams } from './queue-params.js';

/** The one session, handed to one transaction at a time; plain statements run between transactions, in order. */
export class Session {
  readonly #engine: Engine;
  readonly #within = new AsyncLocalStorage<{ open: boolean }>();
  #tail: Promise<void> = Promise.resolve();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async query(text: string, params?: readonly unknown[]): Promise<Rows> {
    // On a server this would be another connection; here it would wait for ever for the one it holds up.
    if (this.#within.getStore()?.open === true)
      throw new Error('A statement inside a transaction went to the database instead of the transaction.');
    await this.#tail;
    return this.#engine.query(text, params);
  }

  /** Runs `work` with nobody else on the session. */
  async exclusively<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    const free = await this.take();
    const mark = { open: true };
    try {
      return await this.#within.run(mark, () => work(this.#engine));
    } finally {
      mark.open = false;
      free();
    }
  }

  /** Resolves when the session is the caller's, with the function that gives it back. */
  async take(): Promise<() => void> {
    const before = this.#tail;
    let free: () => void = () => undefined;
    this.#tail = new Promise((resolve) => (free = resolve));
    await before;
    return free;
  }
}

/** A `pg.PoolClient` look-alike. BEGIN takes the session, COMMIT and ROLLBACK give it back. */
class PoolClient extends EventEmitter {
  /** No socket stands between that could drop silently, so a worker may block for its long interval. */
  readonly connection = { stream: { setKeepAlive: (): boolean => true } };
  readonly #session: Session;
  readonly #engine: Engine;
  readonly #forget: (client: PoolClient) => void;
  #free: (() => void) | undefined;

  constructor(session: Session, engine: Engine, forget: (client: PoolClient) => void) {
    super();
    this.#session = session;
    this.#engine = engine;
    this.#forget = forget;
    this.setMaxListeners(0);
  }

  async query(text: string, params: readonly unknown[] = []): Promise<Rows> {
    const verb = /^\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase();
    if (verb === 'BEGIN') this.#free ??= await this.#session.take();
    if (this.#free === undefined) return this.#session.query(text, storableParams(params));
    try {
      return await this.#engine.query(text, storableParams(params));
    } finally {
      if (verb === 'COMMIT' || verb === 'ROLLBACK') this.#giveBack();
    }
  }

  release(): void {
    this.#forget(this);
    if (this.#free === undefined) return;
    const done = (): void => this.#giveBack();
    this.#engine.query('ROLLBACK').then(done, done);
  }

  #giveBack(): void {
    const free = this.#free;
    this.#free = undefined;
    free?.();
  }
}

/** A `pg.Pool` look-alike over the session, as far as BullMQ's Postgres back end uses one. */
export class PglitePool extends EventEmitter {
  readonly options = { keepAlive: true };
  readonly #clients = new Set<PoolClient>();
  readonly #session: Session;
  readonly #engine: Engine;

  constructor(session: Session, engine: Engine) {
    super();
    this.#session = session;
    this.#engine = engine;
    // Every queue and worker adds an error listener.
    this.setMaxListeners(0);
    engine.onNotification((channel, payload) => {
      for (const client of this.#clients) client.emit('notification', { channel, payload });
    });
  }

  query(text: string, params: readonly unknown[] = []): Promise<Rows> {
    return this.#session.query(text, storableParams(params));
  }

  connect(): Promise<PoolClient> {
    const client = new PoolClient(this.#session, this.#engine, (gone) => this.#clients.delete(gone));
    this.#clients.add(client);
    return Promise.resolve(client);
  }

  /** The database outlives its pool: whoever opened it closes it. */
  end(): Promise<void> {
    this.#clients.clear();
    return Promise.resolve();
  }
}
