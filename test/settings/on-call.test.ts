import { describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE } from '../../src/model/time.js';
import { checked, problems } from './checked.js';

const GOOD = `
slack: { botToken: xoxb-1, signingSecret: s }
email: { url: smtp://mail.test, from: tocsin@contoso.com }
channels: [ { name: noc, kind: webhook, url: https://noc.test/ }, { name: pd, kind: webhook, url: https://pd.test/ } ]
route: { channel: noc, escalation: voice, routes: [ { matchers: ['severity="info"'] } ] }
people:
  - { name: alice, slack: U1, email: alice@contoso.com, timeZone: Europe/Paris,
      notify: [ { via: slack }, { via: email, after: 5m }, { via: pd, after: 10m, severity: [critical] } ],
      quiet: [ { days: [mon-fri], from: "22:00", to: "07:00" } ],
      away: [ { from: "2026-12-24T00:00:00+01:00", to: "2026-12-27T00:00:00+01:00" } ] }
  - { name: bob }
schedules:
  - { name: voice, timeZone: Europe/Paris, layers: [
      { rotate: weekly, handover: "mon 09:00", people: [alice, bob], from: 2026-11-02 },
      { rotate: 12h, handover: "08:30", people: [bob], only: [ { days: [sat-sun] } ], timeZone: UTC, until: 2027-01-01 },
      { calendar: "https://calendar.test/voice.ics" } ] }
escalations:
  - { name: voice, repeat: 2, renotify: 4h, steps: [
      { notify: ["schedule:voice"] }, { notify: ["next:voice", "person:bob", "channel:noc"], wait: 10m } ] }
`;

describe('on call in the settings', () => {
  it('is read whole', () => {
    const { settings, problems: wrong } = checked(GOOD);
    expect(wrong).toEqual([]);
    const [alice, bob] = settings?.people ?? [];
    expect(alice).toMatchObject({
      notify: [
        { via: 'slack', after: 0, severities: [] },
        { via: 'email', after: 5 * MINUTE, severities: [] },
        { via: 'pd', after: 10 * MINUTE, severities: ['critical'] },
      ],
      quiet: [{ days: [1, 2, 3, 4, 5], from: 22 * 60, to: 7 * 60 }],
      away: [{ person: 'alice', from: Date.UTC(2026, 11, 23, 23), to: Date.UTC(2026, 11, 26, 23) }],
    });
    expect(bob).toMatchObject({ notify: [], quiet: [], away: [] });
    expect(settings?.schedules).toEqual([
      {
        name: 'voice',
        timeZone: 'Europe/Paris',
        layers: [
          {
            kind: 'rotation',
            timeZone: 'Europe/Paris',
            only: [],
            from: '2026-11-02',
            rotation: { every: 1, unit: 'week', handoverDay: 1, handoverMinute: 540 },
            people: ['alice', 'bob'],
          },
          {
            kind: 'rotation',
            timeZone: 'UTC',
            only: [{ days: [6, 7], from: 0, to: 1440 }],
            from: '2024-01-01',
            until: '2027-01-01',
            rotation: { every: 12, unit: 'hour', handoverDay: 1, handoverMinute: 510 },
            people: ['bob'],
          },
          {
            kind: 'calendar',
            timeZone: 'Europe/Paris',
            only: [],
            from: '2024-01-01',
            calendar: 'https://calendar.test/voice.ics',
          },
        ],
      },
    ]);
    expect(settings?.escalations).toEqual([
      {
        name: 'voice',
        repeat: 2,
        renotify: 4 * HOUR,
        steps: [
          { notify: [{ kind: 'schedule', name: 'voice' }], wait: 5 * MINUTE },
          {
            notify: [
              { kind: 'schedule', name: 'voice', next: true },
              { kind: 'person', name: 'bob' },
              { kind: 'channel', name: 'noc' },
            ],
            wait: 10 * MINUTE,
          },
        ],
      },
    ]);
    expect([settings?.route.escalation, settings?.route.routes[0]?.escalation]).toEqual(['voice', 'voice']);
  });

  const inLayer = (more: string): string => `schedules: [ { name: v, layers: [ { ${more} } ] } ]`;
  const step = (more: string): string => `escalations: [ { name: v, steps: [ { ${more} } ] } ]`;
  it.each<[string, string, string]>([
    [
      'a rotation that is no length',
      inLayer('rotate: monthly, people: [alice]'),
      'schedules[0].layers[0].rotate: "monthly" is not hourly, daily, weekly or a length such as 12h, 3d or 2w',
    ],
    [
      'a handover that is no time',
      inLayer('rotate: daily, people: [alice], handover: noon'),
      'schedules[0].layers[0].handover: "noon" is not a handover such as "mon 09:00" or "09:00"',
    ],
    [
      'nobody in a layer',
      inLayer('rotate: daily, people: []'),
      'schedules[0].layers[0].people: must name somebody',
    ],
    [
      'a calendar and people',
      inLayer('calendar: "https://c.test/a.ics", people: [alice]'),
      'schedules[0].layers[0].calendar: says who is on by itself: leave out rotate and people',
    ],
    [
      'an end before the beginning',
      inLayer('rotate: daily, people: [alice], from: 2026-02-01, until: 2026-01-01'),
      'schedules[0].layers[0].until: must be later than from',
    ],
    [
      'an unknown person',
      inLayer('rotate: daily, people: [alise]'),
      'schedules[0].layers[0].people[0]: there is no person "alise"; did you mean alice?',
    ],
    [
      'a target that is none',
      step('notify: [everybody]'),
      'escalations[0].steps[0].notify[0]: "everybody" is not schedule:NAME, next:SCHEDULE, person:NAME or channel:NAME',
    ],
    [
      'an unknown schedule',
      step('notify: ["schedule:voise"]'),
      'escalations[0].steps[0].notify[0]: there is no schedule "voise"',
    ],
    [
      'an unknown escalation',
      'route: { escalation: voice }',
      'route.escalation: there is no escalation "voice"',
    ],
    [
      'a way without an id',
      'people: [ { name: alice, notify: [ { via: teams } ] } ]',
      "people[0].notify[0].via: teams needs the person's own teams:",
    ],
    [
      'a way that is none',
      'people: [ { name: alice, notify: [ { via: fax } ] } ]',
      'people[0].notify[0].via: "fax" is neither slack, teams nor email, nor the name of a channel',
    ],
  ])('says what is wrong with %s', (_, text, said) => {
    const people = text.includes('people: [ {') ? '' : 'people: [ { name: alice } ]\n';
    expect(problems(people + text)).toEqual([said]);
  });
});

describe('a fallback', () => {
  const hook = (more: string): string =>
    `channels: [ { name: hook, kind: webhook, url: https://x.test/, ${more} } ]`;
  it.each([
    [hook('fallback: hook'), 'channels[0].fallback: a channel cannot stand in for itself'],
    [hook('fallback: noc'), 'channels[0].fallback: there is no channel "noc"'],
    [
      `${hook('')}\nroute: { channel: hook, routes: [ { fallback: hook }, { fallback: hok } ] }`,
      'route.routes[0].fallback: a channel cannot stand in for itself',
      'route.routes[1].fallback: there is no channel "hok"; did you mean hook?',
    ],
  ])('of %s', (text, ...said) => {
    expect(problems(text)).toEqual(said);
  });

  it('of a route is that of its children too, unless they name another', () => {
    const { settings } = checked(
      `channels: [ ${['a', 'b', 'c'].map((name) => `{ name: ${name}, kind: webhook, url: https://x.test/ }`).join()} ]\nroute: { channel: a, fallback: b, routes: [ { channel: c }, { fallback: c } ] }`,
    );
    expect(settings?.route).toMatchObject({
      fallback: 'b',
      routes: [
        { channel: 'c', fallback: 'b' },
        { channel: 'a', fallback: 'c' },
      ],
    });
  });
});
