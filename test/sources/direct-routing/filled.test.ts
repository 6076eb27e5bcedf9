import { describe, expect, it } from '@jest/globals';
import { filled } from '../../../src/sources/direct-routing/filled.js';

describe('values of one shape', () => {
  it('have their names in the same order each time, and nothing of those before', () => {
    const make = (trunk: string, attempts: number) =>
      filled('test', { type: 'trunk', trunk }, (into) => {
        into['attempts'] = attempts;
        into['owner'] = `${trunk} ${attempts}`;
      });
    const first = make('a', 1);
    const second = make('b', 2);
    expect(first).toEqual({ type: 'trunk', trunk: 'a', attempts: 1, owner: 'a 1' });
    expect(second).toEqual({ type: 'trunk', trunk: 'b', attempts: 2, owner: 'b 2' });
    expect(Object.keys(second)).toEqual(Object.keys(first));
  });
});
