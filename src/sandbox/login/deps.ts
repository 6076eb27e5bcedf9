import type { Directory } from '../directory.js';
import type { Grants } from './grants.js';
import type { Signer } from './jwt.js';

export interface TokenDeps {
  readonly directory: Directory;
  readonly signer: Signer;
  /** What people granted. */
  readonly grants: Grants;
  /** The resources tokens are issued for: the origins of the other hosts. */
  readonly resources: readonly string[];
  readonly lifetimeSeconds: number;
  /** Tokens live in real time, whatever the sandbox's clock: the client libraries' caches do too. Milliseconds. */
  readonly realTime: () => number;
}
