import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { slack } from '../../../adapters/slack/index.js';
import { withoutTokens } from '../../../adapters/slack/log.js';
import { afterMention, typedWords } from '../../../adapters/slack/words.js';

const settings = slack.settings ?? z.never();
const oauth = { clientId: '1.2', clientSecret: 'x', stateSecret: 'sixteen letters!' };
const http = { botToken: 'xoxb-1', signingSecret: 's' };

describe('the settings of Slack', () => {
  it.each<[string, unknown, boolean]>([
    ['HTTP mode', http, true],
    ['Socket Mode without a signing secret', { botToken: 'xoxb-1', appToken: 'xapp-1' }, true],
    ['an emulator on this machine', { ...http, apiUrl: 'http://127.0.0.1:4600/api/' }, true],
    ['neither signing secret nor app token', { botToken: 'xoxb-1' }, false],
    ['the two tokens swapped', { botToken: 'xapp-1', appToken: 'xoxb-1' }, false],
    ['plain http elsewhere', { ...http, apiUrl: 'http://slack.example/api/' }, false],
    ['many workspaces', { oauth, signingSecret: 's' }, true],
    [
      'a state secret that can be guessed',
      { oauth: { ...oauth, stateSecret: 'x' }, signingSecret: 's' },
      false,
    ],
    ['one workspace and many', { ...http, oauth }, false],
    ['no workspace', { signingSecret: 's' }, false],
    ['an unknown key', { ...http, token: 'x' }, false],
  ])('%s', (_, given, good) => expect(settings.safeParse(given).success).toBe(good));

  it.each<[unknown, boolean]>([
    [{ channel: 'C0123456' }, true],
    [{ channel: 'G0123456' }, true],
    [{ channel: 'C0123456', team: 'T0123456' }, true],
    [{ channel: 'C0123456', team: 'contoso' }, false],
    [{ channel: '#noc' }, false],
    [{ channel: 'noc' }, false],
    [{}, false],
  ])('channel %j: %s', (given, good) => expect(slack.channel.safeParse(given).success).toBe(good));

  it('can be described to an editor', () => {
    expect(z.toJSONSchema(settings, { io: 'input' })).toMatchObject({
      properties: {
        botToken: { type: 'string' },
        oauth: { required: ['clientId', 'clientSecret', 'stateSecret'] },
      },
    });
  });
});

describe('what a person typed', () => {
  it.each([
    ['silence subject=“trunk:sbc1” 1h', 'silence subject="trunk:sbc1" 1h'],
    ['calls <http://sbc1.contoso.example|sbc1.contoso.example>', 'calls sbc1.contoso.example'],
    ['note INC-1 mail <mailto:a@b.example|a@b.example> &amp; wait', 'note INC-1 mail a@b.example & wait'],
    ['page <@U0123|bob> see <#C1|noc> <https://a.example/x>', 'page @bob see #noc https://a.example/x'],
    ['page <@U0123>', 'page @U0123'],
    ['a &lt;b&gt; &amp;lt;c', 'a <b> &lt;c'],
  ])('%s', (sent, typed) => expect(typedWords(sent)).toBe(typed));

  it('does not count the mention of the bot', () => {
    expect(afterMention('<@U0TOCSIN|tocsin>  ack INC-1')).toBe('ack INC-1');
    expect(afterMention('hey <@U0TOCSIN>')).toBe('hey');
  });
});

describe("the log of Slack's libraries", () => {
  it('shows no token', () => {
    const line = 'xoxb-12-ab xapp-1-A2 https://hooks.slack.com/commands/T1/2/abc wss://x/?ticket=123-a';
    expect(withoutTokens(line)).toBe(
      '[redacted] [redacted] https://hooks.slack.com/[redacted] wss://x/?ticket=[redacted]',
    );
  });
});
