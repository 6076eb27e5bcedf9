import { describe, expect, it } from '@jest/globals';
import { doorOf } from '../../src/settings/door.js';

const around = {
  env: { TOKEN: 'a console token' },
  readFile: (file: string) => {
    if (file !== '/etc/tocsin/token') throw new Error(`no ${file}`);
    return 'one from a file\n';
  },
};
const door = (yaml: string) => doorOf(yaml, '/etc/tocsin/tocsin.yaml', around);

describe('the door of a running instance', () => {
  it.each([
    ['', 'http://127.0.0.1:3978', undefined],
    ['http: { port: 8080 }', 'http://127.0.0.1:8080', undefined],
    ['http: { host: 0.0.0.0, port: 80 }', 'http://127.0.0.1:80', undefined],
    ['http: { host: "::1" }', 'http://[::1]:3978', undefined],
    ['http: { host: 10.1.2.3 }', 'http://10.1.2.3:3978', undefined],
    ['console: { auth: { kind: token, token: env:TOKEN } }', 'http://127.0.0.1:3978', 'a console token'],
    ['console: { auth: { kind: token, token: file:token } }', 'http://127.0.0.1:3978', 'one from a file'],
  ])('is found by %j', (yaml, url, token) => {
    expect(door(yaml)).toEqual({ url, token });
  });

  it('is found whatever is wrong with the rest of the settings', () => {
    expect(door('tenants: [{ clientSecret: env:MISSING }]\nhtpp: {}\nhttp: { port: 8080 }')?.url).toBe(
      'http://127.0.0.1:8080',
    );
  });

  it.each([
    'http: { port: many }',
    'console: { auth: { kind: token, token: env:MISSING } }',
    'http: [',
    'just words',
  ])('is not guessed from %j', (yaml) => {
    expect(door(yaml)).toBeUndefined();
  });
});
