import { describe, expect, it } from '@jest/globals';
import { readRef, threadIds, type ThreadInput } from '../../../adapters/email/thread.js';
import { mailMessage } from './mails.js';

const ids = (over: Partial<ThreadInput> = {}) =>
  threadIds({
    message: mailMessage(),
    channel: 'mail',
    publicUrl: 'https://tocsin.example',
    domain: 'contoso.com',
    before: undefined,
    ...over,
  });
const first = ids();
const before = { messageId: first.messageId, subject: 'x' };

describe('the ids of a mail', () => {
  it('are the same when it is made again, also by another process', () => {
    expect(ids()).toEqual(first);
    expect(ids({ before })).toEqual(ids({ before }));
    expect(first.messageId).toMatch(/^<[0-9a-f]{32}\.tocsin@contoso\.com>$/);
  });

  it('put all mails of an incident into one thread', () => {
    const second = ids({ before, message: mailMessage({ revision: 2 }) });
    expect(second.references).toEqual([...first.references, first.messageId]);
    expect(second.inReplyTo).toBe(first.messageId);
    expect(second.threadIndex).toBe(first.threadIndex);
    expect(Buffer.from(first.threadIndex, 'base64')).toHaveLength(22);
  });

  it('are new for a reminder that says the same, and for a message that changed before it could be sent again', () => {
    expect(ids({ before }).messageId).not.toBe(first.messageId);
    expect(ids({ message: mailMessage({ revision: 2 }) }).messageId).not.toBe(first.messageId);
  });

  it.each<[string, Partial<ThreadInput>]>([
    ['another incident', { message: { ...mailMessage(), topic: 'incident:7' } }],
    ['an incident of the same number in a record that began anew', { message: mailMessage({ openedAt: 1 }) }],
    ['another channel', { channel: 'managers' }],
    ['another Tocsin', { publicUrl: 'https://other.example' }],
  ])('are others for %s', (_what, over) => {
    expect(ids(over).references).not.toEqual(first.references);
    expect(ids(over).messageId).not.toBe(first.messageId);
  });

  it('are in letters that every mail server takes', () => {
    expect(ids({ domain: 'bücher.example' }).messageId).toMatch(/@xn--bcher-kva\.example>$/);
  });
});

describe('what was kept of a mail', () => {
  it.each([undefined, null, 'x', { messageId: 'no brackets', subject: '' }, { messageId: '<a\r\nBcc: b>' }])(
    '%j is none',
    (ref) => {
      expect(readRef(ref as Parameters<typeof readRef>[0])).toBeUndefined();
    },
  );
});
