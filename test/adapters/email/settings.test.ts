import { describe, expect, it } from '@jest/globals';
import { email } from '../../../adapters/email/index.js';
import { readMailbox, readSettings } from '../../../adapters/email/settings.js';

const from = 'tocsin@contoso.com';
const good = (settings: object): boolean => email.settings?.safeParse({ from, ...settings }).success === true;

describe('the settings of e-mail', () => {
  it.each([
    [{ url: 'smtp://mail.contoso.com' }, true],
    [{ url: 'smtp://mail.contoso.com:25/' }, true],
    [{ url: 'smtps://[2001:db8::1]:465' }, true],
    [{ url: 'smtp://user:p%40ss@mail.contoso.com' }, true],
    [{ url: 'smtp://mail.contoso.com', user: 'u', password: 'p', tls: 'required' }, true],
    [{ url: 'smtp://mail.contoso.com', user: 'u' }, false],
    [{ url: 'smtp://mail.contoso.com', password: 'p' }, false],
    [{ url: 'smtps://mail.contoso.com', tls: 'none' }, false],
    [{ url: 'https://mail.contoso.com' }, false],
    [{ url: 'smtp://mail.contoso.com?pool=true' }, false],
    [{ url: 'smtp://mail.contoso.com/x' }, false],
    [{ url: 'mail.contoso.com' }, false],
    [{ url: 'smtp://mail.contoso.com', from: 'Tocsin' }, false],
    [{ url: 'smtp://mail.contoso.com', from: 'Tocsin\r\nBcc: x@y.z <tocsin@contoso.com>' }, false],
    [{ url: 'smtp://mail.contoso.com', timeout: 'soon' }, false],
    [{ url: 'smtp://mail.contoso.com', ca: 'x' }, false],
    [{}, false],
  ])('%j: %s', (settings, expected) => {
    expect(good(settings)).toBe(expected);
  });

  it('take user and password from the address or from keys of their own', () => {
    const { server } = readSettings({ url: 'smtp://user:p%40ss@mail.contoso.com', from });
    expect(server).toMatchObject({ host: 'mail.contoso.com', port: 587, user: 'user', password: 'p@ss' });
    expect(
      readSettings({ url: 'smtps://mail.contoso.com', from, user: 'a', password: 'b' }).server,
    ).toMatchObject({
      port: 465,
      tls: 'implicit',
      user: 'a',
      password: 'b',
    });
  });

  it.each([
    ['smtp://u:p@mail.contoso.com', 'required'],
    ['smtp://u:p@localhost', 'preferred'],
    ['smtp://mail.contoso.com', 'preferred'],
  ])('a password leaves the machine encrypted or not at all: %s', (url, tls) => {
    expect(readSettings({ url, from }).server.tls).toBe(tls);
  });

  it.each([
    ['noc@contoso.com', { name: '', address: 'noc@contoso.com' }],
    ['NOC <noc@contoso.com>', { name: 'NOC', address: 'noc@contoso.com' }],
    ['"NOC, nights" <noc@contoso.com>', { name: 'NOC, nights', address: 'noc@contoso.com' }],
    ['NOC, nights <noc@contoso.com>', undefined],
    ['noc@contoso.com, all@contoso.com', undefined],
    ['noc', undefined],
    ['<noc@contoso.com', undefined],
    ['noc@contoso.com\nBcc: x@y.z', undefined],
  ])('reads the mailbox %j', (text, expected) => {
    expect(readMailbox(text)).toEqual(expected);
  });

  it.each([
    [{ to: ['noc@contoso.com'] }, true],
    [{ to: ['noc@contoso.com'], timeZone: 'Europe/Paris' }, true],
    [{ to: [] }, false],
    [{ to: ['noc'] }, false],
    [{ to: 'noc@contoso.com' }, false],
    [{ to: ['noc@contoso.com'], timeZone: 'Paris' }, false],
  ])('the channel %j: %s', (settings, expected) => {
    expect(email.channel.safeParse(settings).success).toBe(expected);
  });
});
