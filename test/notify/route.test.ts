import { describe, expect, it } from '@jest/globals';
import type { RouteNode } from '../../src/model/route.js';
import { matches, parseMatcher } from '../../src/lib/matchers.js';
import { route } from '../../src/notify/route.js';

function node(over: Partial<Omit<RouteNode, 'matchers'>> & { when?: readonly string[] } = {}): RouteNode {
  const { when = [], ...rest } = over;
  return {
    matchers: when.map(parseMatcher),
    channel: 'noc',
    groupBy: ['tenant', 'subject'],
    groupWait: 30_000,
    groupInterval: 300_000,
    repeatInterval: 14_400_000,
    muteTimes: [],
    activeTimes: [],
    continue: false,
    routes: [],
    ...rest,
  };
}

const labels = {
  alertname: 'service-issue',
  severity: 'critical',
  tenant: 'contoso',
  subject: 'issue:EX1',
  source: 'service-health',
};
const channels = (root: RouteNode, over: Record<string, string> = {}): string[] =>
  route(root, { ...labels, ...over }, matches).destinations.map((destination) => destination.channel);

describe('routes', () => {
  const tree = node({
    routes: [
      node({ channel: 'voice', when: ['severity=~"critical|major"', 'source="direct-routing"'] }),
      node({ channel: 'loud', when: ['severity="critical"'], continue: true }),
      node({
        channel: 'mail',
        when: ['tenant!="fabrikam"'],
        routes: [node({ channel: 'exchange', when: ['subject=~"issue:EX.*"'] })],
      }),
    ],
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['the root when nothing matches', { tenant: 'fabrikam', severity: 'info' }, ['noc']],
    ['the first match alone', { source: 'direct-routing' }, ['voice']],
    ['the next one as well after continue', {}, ['loud', 'exchange']],
    ['the parent when no child matches', { severity: 'info', subject: 'issue:TM1' }, ['mail']],
  ])('go to %s', (_name, over, expected) => {
    expect(channels(tree, over)).toEqual(expected);
  });

  it('tell the way that led to each channel, and what matched on it', () => {
    const told = route(tree, labels, matches).destinations.map(({ channel, via = [] }) => [
      channel,
      ...via.map(({ node: place, matchers }) => [place, ...matchers].join(' ')),
    ]);
    expect(told).toEqual([
      ['loud', 'route', 'routes[1] severity="critical"'],
      ['exchange', 'route', 'routes[2] tenant!="fabrikam"', 'routes[0] subject=~"issue:EX.*"'],
    ]);
  });

  it('go nowhere without a channel', () => {
    const { channel: _, ...rest } = node();
    expect(channels(rest)).toEqual([]);
  });

  it('name a channel once', () => {
    expect(channels(node({ routes: [node({ continue: true }), node()] }))).toEqual(['noc']);
  });

  it('group by the labels of the first match, in a stable order', () => {
    expect(route(node({ groupBy: ['tenant', 'alertname'] }), labels, matches).groupKey).toBe(
      '{}:{alertname="service-issue", tenant="contoso"}',
    );
    expect(route(node({ groupBy: ['...'] }), labels, matches).groupLabels).toEqual(labels);
  });

  it('anchor their expressions', () => {
    expect(channels(node({ routes: [node({ channel: 'x', when: ['subject=~"EX1"'] })] }))).toEqual(['noc']);
  });
});
