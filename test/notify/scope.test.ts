import { describe, expect, it } from '@jest/globals';
import { matches, parseMatcher } from '../../src/lib/matchers.js';
import type { RouteNode } from '../../src/model/route.js';
import { route } from '../../src/notify/route.js';
import { inPlaceOf, scopesOf } from '../../src/notify/scope.js';
import { aDefaultRoute } from '../support/tenants.js';

const TENANTS = ['a1', 'a2', 'b', 'c'];
const node = (channel: string, when: readonly string[], over: Partial<RouteNode> = {}): RouteNode =>
  aDefaultRoute({ channel, matchers: when.map(parseMatcher), ...over });
const own = { continue: true };

describe('whose a channel is', () => {
  it.each<[string, RouteNode[], Record<string, readonly string[] | undefined>]>([
    ['everybody’s, without routes', [], { noc: undefined }],
    [
      'a tenant’s, where only its alerts lead',
      [node('a', ['tenant="a1"'], own), node('noc', [])],
      { a: ['a1'], noc: undefined },
    ],
    [
      'a customer’s with several tenants, and a part of it one tenant’s',
      [node('a', ['tenant=~"a."'], { ...own, routes: [node('a1', ['tenant="a1"'], own), node('a', [])] })],
      { a: ['a1', 'a2'], a1: ['a1'], noc: undefined },
    ],
    [
      'not another’s because of other labels: what they guard may be reached or passed by',
      [node('pager', ['severity="critical"', 'tenant="b"']), node('b', ['tenant="b"']), node('noc', [])],
      { pager: ['b'], b: ['b'], noc: undefined },
    ],
    [
      'nobody’s in particular, where each tenant has a route to it',
      TENANTS.map((tenant) => node('msp', [`tenant="${tenant}"`])),
      { msp: undefined, noc: undefined },
    ],
    [
      'all the others’, where one is taken out',
      [node('c', ['tenant="c"']), node('rest', ['tenant!="c"'])],
      { c: ['c'], rest: undefined },
    ],
    ['nobody’s, where nothing leads', [], { nowhere: [] }],
  ])('%s', (_name, routes, expected) => {
    const scopeOf = scopesOf(aDefaultRoute({ routes }), TENANTS, matches);
    for (const [channel, scope] of Object.entries(expected))
      expect({ [channel]: scopeOf(channel) }).toEqual({ [channel]: scope });
  });

  it('that routes name in another’s place is the tenants’ whose alerts may come to it', () => {
    const root = aDefaultRoute({
      fallback: 'spare',
      routes: [node('a', ['tenant=~"a."'], { ...own, fallback: 'attic' }), node('b', ['tenant="b"'], own)],
    });
    const inPlace = scopesOf(inPlaceOf(root), TENANTS, matches);
    expect(['attic', 'spare', 'a'].map(inPlace)).toEqual([['a1', 'a2'], undefined, []]);
  });

  it('is asked again when the routes or the tenants change', () => {
    const root = aDefaultRoute({ routes: [node('a', ['tenant=~"a."'])] });
    expect(scopesOf(root, TENANTS, matches)('a')).toEqual(['a1', 'a2']);
    expect(scopesOf(root, [...TENANTS, 'a3'], matches)('a')).toEqual(['a1', 'a2', 'a3']);
    expect(scopesOf(aDefaultRoute(), TENANTS, matches)('noc')).toBeUndefined();
  });

  it('is settled once for four hundred tenants with a channel each', () => {
    const tenants = Array.from({ length: 400 }, (_, i) => `t${i}`);
    const routes = [...tenants.map((tenant) => node(tenant, [`tenant="${tenant}"`], own)), node('noc', [])];
    const root = aDefaultRoute({ routes });
    for (let i = 0; i < 5_000; i += 1) {
      const tenant = `t${i % 400}`;
      expect(scopesOf(root, tenants, matches)(tenant)).toEqual([tenant]);
    }
  });
});

describe('what Microsoft does to many', () => {
  const issue = {
    source: 'service-health',
    subject: 'issue:TM1',
    alertname: 'service-issue',
    severity: 'major',
  };
  const burst = {
    source: 'direct-routing',
    alertname: 'microsoft-side-burst',
    subject: 'tenant:b',
    severity: 'major',
  };
  const trunk = {
    source: 'direct-routing',
    alertname: 'trunk-failing',
    subject: 'trunk:x',
    severity: 'major',
  };
  const root = aDefaultRoute({ routes: [node('b', ['tenant="b"'], own), node('noc', [])] });
  const routed = (labels: Record<string, string>, over: Partial<RouteNode> = {}) =>
    route({ ...root, ...over }, { tenant: 'b', ...labels }, matches, scopesOf(root, TENANTS, matches));

  it.each<[string, Record<string, string>, string]>([
    ['an issue', issue, '{}:{subject="issue:TM1"}'],
    ['a burst of its codes', burst, '{}:{alertname="microsoft-side-burst"}'],
    ['a trunk is a tenant’s own', trunk, '{0}:{subject="trunk:x", tenant="b"}'],
  ])('is one group over tenants: %s', (_name, labels, key) => {
    expect(routed(labels).groupKey).toBe(key);
  });

  it('says whose each of its channels is, and nothing of the kind where a group is one tenant’s', () => {
    expect(routed(issue).destinations.map(({ channel, tenants }) => [channel, tenants])).toEqual([
      ['b', ['b']],
      ['noc', undefined],
    ]);
    expect(routed(trunk).destinations.every((destination) => !('tenants' in destination))).toBe(true);
  });

  it('is grouped as the operator says, where somebody says it', () => {
    const routes = [aDefaultRoute({ acrossTenants: false })];
    expect(routed(issue, { routes }).groupLabels).toEqual({ tenant: 'b', subject: 'issue:TM1' });
  });
});
