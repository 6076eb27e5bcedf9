import { Environment } from '@marcbachmann/cel-js';
import { isDeepStrictEqual } from 'node:util';
import { compileExpression } from '../../dist/src/lib/cel.js';
import { readRules } from '../../dist/src/main/rules.js';
import { judge } from '../../dist/src/rules/judge.js';
import { openScene } from '../../dist/src/rules/scene.js';
import { NOW, someFacts } from './lib/facts.mjs';
import { ms } from './lib/table.mjs';

/** The built-in pack on facts of every source, beside the same conditions in plain JavaScript and in bare cel-js. */
export const rules = {
  name: 'rules',
  title: 'Rules: every condition of the built-in pack on every fact that it is about',
  /** @param {{ quick: boolean, progress: (text: string) => void }} bench */
  async run({ quick, progress }) {
    const pack = readRules([{ kind: 'builtin' }], '').rules;
    const facts = someFacts();
    const cases = casesOf(pack, facts);
    const ways = {
      javascript: cases.map(({ rule, scene }) => javascript(rule.definition.when, scene)),
      cel: cases.map(({ rule, scene }) => bareCel(rule.definition.when, scene)),
      tocsin: cases.map(
        ({ rule, scene }) =>
          () =>
            rule.holds(scene),
      ),
    };
    agree(ways, cases);
    const rounds = quick ? 3 : 9;
    const rates = { javascript: [], cel: [], tocsin: [], judge: [] };
    for (let round = 0; round < rounds; round += 1) {
      progress(`rules: round ${round + 1} of ${rounds}`);
      // One after the other in each round, so that what else the machine does meets all of them.
      for (const [name, way] of Object.entries(ways)) rates[name].push(rate(way, quick ? 150 : 400));
      rates.judge.push(judged(pack, facts, quick ? 150 : 400));
    }
    return [tableOf(rates, cases, facts, rounds), hostile()];
  },
};

/** Each rule with each fact it applies to, and what both see: made once, as the program makes it once a poll. */
function casesOf(pack, facts) {
  return pack.flatMap((rule) =>
    facts
      .filter((fact) => rule.applies(fact))
      .map((fact) => ({
        rule,
        fact,
        scene: openScene({
          now: fact.values,
          before: fact.values,
          subject: fact.subject,
          tenant: 'contoso',
          at: NOW,
        }),
      })),
  );
}

const environment = bareEnvironment();
const parsed = new Map();

/** cel-js as it comes, but for the operators without which numbers from JSON and whole literals do not mix. */
function bareEnvironment() {
  const bare = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });
  for (const [sign, apply] of Object.entries({
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
  })) {
    bare.registerOperator(`double ${sign} int`, (a, b) => apply(a, Number(b)));
    bare.registerOperator(`int ${sign} double`, (a, b) => apply(Number(a), b));
  }
  return bare;
}

function bareCel(text, { context }) {
  if (!parsed.has(text)) parsed.set(text, environment.parse(text));
  const program = parsed.get(text);
  return () => program(context);
}

const compiled = new Map();

/** The same condition as a JavaScript programmer would write it. */
function javascript(text, { context }) {
  if (!compiled.has(text)) {
    const body = text
      .replace(/has\(([\w.]+)\)/g, '($1 != undefined)')
      .replace(/([\w.]+) in (\[[^\]]*\])/g, '$2.includes($1)')
      .replace(/timestamp\(([\w.]+)\)/g, 'Date.parse($1)')
      .replace(/duration\("(\d+)([mh])"\)/g, (_, count, unit) =>
        String(count * (unit === 'h' ? 3_600_000 : 60_000)),
      )
      .replace(/==/g, '===')
      .replace(/!=(?!=)/g, '!==');
    compiled.set(text, new Function('now', 'before', 'subject', 'tenant', `return ${body};`));
  }
  const predicate = compiled.get(text);
  const { now, before, subject, tenant } = context;
  return () => predicate(now, before, subject, tenant);
}

function agree(ways, cases) {
  const told = (way) => way.map((one) => one());
  const truth = told(ways.tocsin);
  for (const [name, way] of Object.entries(ways))
    told(way).forEach((answer, i) => {
      if (!isDeepStrictEqual(answer, truth[i]))
        throw new Error(
          `${name} says ${answer} of ${cases[i].rule.definition.name} on ${cases[i].fact.subject}`,
        );
    });
}

/** Evaluations a second over about so many milliseconds. */
function rate(way, length) {
  const begun = performance.now();
  let count = 0;
  let held = 0;
  do {
    for (const evaluate of way) if (evaluate()) held += 1;
    count += way.length;
  } while (performance.now() - begun < length);
  if (held === 0) throw new Error('nothing holds');
  return (count / (performance.now() - begun)) * 1_000;
}

/** The whole of judging a poll in which every fact has changed: alerts, texts and what `explain` keeps. */
function judged(pack, facts, length) {
  const changes = facts.map((now) => ({ subject: now.subject, kind: now.kind, at: NOW, now }));
  const snapshot = new Map(facts.map((fact) => [fact.subject, fact]));
  const begun = performance.now();
  let count = 0;
  do {
    count += judge({
      rules: pack,
      source: 'contoso/bench',
      tenant: 'contoso',
      at: NOW,
      baseline: false,
      changes,
      facts: snapshot,
      alerts: [],
    }).evaluations;
  } while (performance.now() - begun < length);
  return (count / (performance.now() - begun)) * 1_000;
}

function tableOf(rates, cases, facts, rounds) {
  const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
  const perSecond = (name) => Math.round(median(rates[name])).toLocaleString('en');
  const against = (name) => median(rates[name].map((value, i) => value / rates.cel[i])).toFixed(2);
  return {
    title: rules.title,
    columns: ['plain JavaScript', 'bare cel-js', 'Tocsin’s conditions', 'Tocsin’s whole judging'],
    rows: [
      ['evaluations a second (median)', ...['javascript', 'cel', 'tocsin', 'judge'].map(perSecond)],
      ['times bare cel-js (median of rounds)', ...['javascript', 'cel', 'tocsin', 'judge'].map(against)],
    ],
    notes: [
      `${new Set(cases.map(({ rule }) => rule.definition.name)).size} rules, ${facts.length} facts, ${cases.length} pairs; ${rounds} rounds, the four after each other in each.`,
      'All three conditions give the same answer on every pair, or there is no table. Judging: scenes, texts, alerts and the values that explain keeps, every fact new.',
    ],
  };
}

/** What somebody might write to stop the process. */
function hostile() {
  const text = `${'a'.repeat(50_000)}!`;
  const list = Array.from({ length: 200 }, (_, i) => `item ${i}`);
  const bombs = [
    ['subject.like("^(a+)+$") on 50,000 characters', 'subject.like("^(a+)+$")'],
    ['subject.matches("^(a+)+$")', 'subject.matches("^(a+)+$")'],
    ['10,000 parentheses', `${'('.repeat(10_000)}1${')'.repeat(10_000)} == 1`],
    ['three nested comprehensions', 'now.l.all(a, now.l.all(b, now.l.all(c, a == b)))'],
    ['two nested comprehensions over 200 items', 'now.l.all(a, now.l.all(b, a != b || a == b))'],
    ['200 nested conditionals', `${'true ? ('.repeat(200)}true${') : false'.repeat(200)}`],
    [
      'a text split into 50,000 items, each compared with each',
      'subject.split("").all(a, subject.split("").exists(b, a == b))',
    ],
    [
      'a list doubled forty times',
      `${'cel.bind(x, now.l + now.l, '.repeat(40)}x.size() > 0${')'.repeat(40)}`,
    ],
    ['lists of lists', 'now.l.map(a, now.l.map(b, now.l + now.l + now.l + now.l)).size() > 0'],
  ];
  return {
    title: 'Rules: what is meant to hang, compiled and evaluated once',
    columns: ['took', 'outcome'],
    rows: bombs.map(([name, expression]) => {
      const begun = performance.now();
      const outcome = tried(expression, { now: { l: list }, before: {}, subject: text, tenant: 'contoso' });
      return [name, ms(performance.now() - begun), outcome];
    }),
  };
}

function tried(expression, context) {
  const variables = { now: 'map', before: 'map', subject: 'string', tenant: 'string' };
  try {
    return `evaluated: ${compileExpression(expression, variables).evaluate(context)}`;
  } catch (error) {
    return `refused: ${error.message.split('\n')[0].slice(0, 70)}`;
  }
}
