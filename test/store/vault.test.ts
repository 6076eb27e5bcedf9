import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/store/database.js';
import { openVault, seal, unseal } from '../../src/store/vault.js';
import { memoryDatabase } from '../support/record.js';

const KEY = new Uint8Array(32).fill(7);

describe('a sealed secret', () => {
  it('opens with its name and key alone, and never reads the same twice', () => {
    const sealed = seal('a refresh token', 'contoso', KEY);
    expect(unseal(sealed, 'contoso', KEY)).toBe('a refresh token');
    expect(seal('a refresh token', 'contoso', KEY)).not.toBe(sealed);
    expect(sealed).not.toContain('refresh');
  });

  it.each([
    ['another name', (sealed: string) => unseal(sealed, 'fabrikam', KEY)],
    ['another key', (sealed: string) => unseal(sealed, 'contoso', new Uint8Array(32).fill(8))],
    [
      'a changed byte',
      (sealed: string) =>
        unseal(`${sealed.slice(0, 30)}${sealed[30] === 'A' ? 'B' : 'A'}${sealed.slice(31)}`, 'contoso', KEY),
    ],
    ['another format', (sealed: string) => unseal(`v2${sealed.slice(2)}`, 'contoso', KEY)],
    ['nothing', () => unseal('v1.', 'contoso', KEY)],
  ])('does not open with %s', (_what, open) => {
    expect(() => open(seal('a secret', 'contoso', KEY))).toThrow(/cannot be opened/);
  });
});

describe('the vault', () => {
  let database: Database;
  beforeAll(async () => {
    database = await memoryDatabase();
  });
  afterAll(() => database.close());

  it('gives back the newest, and keeps no plain text', async () => {
    const vault = openVault(database, KEY);
    expect(await vault.get('a')).toBeUndefined();
    await vault.put('a', 'first-secret');
    await vault.put('a', 'second-secret');
    expect(await vault.get('a')).toBe('second-secret');
    expect(JSON.stringify(await database.query('select * from tocsin.vault'))).not.toContain('secret"');
    await expect(openVault(database, new Uint8Array(32)).get('a')).rejects.toMatchObject({
      code: 'store.locked',
    });
  });
});
