import fc from 'fast-check';
import type { Action, Card, Section, Tone } from '../../src/model/card.js';
import type { Form, FormField } from '../../src/model/form.js';
import type { Inline, Rich } from '../../src/model/rich.js';

/** What platforms make something of, and what breaks programs that did not expect it. */
const PIECES = [
  // Slack
  ...[
    '<!channel>',
    '<!here|x>',
    '<@U0123>',
    '<#C0123>',
    '<!subteam^S1>',
    '<!date^1^{date}|x>',
    '@here',
    '*b*',
    '_i_',
    '~s~',
  ],
  ...['```', '`', '> quote', '&lt;!channel&gt;', '&amp;', '&', '<', '>', '|', ':rotating_light:'],
  // Teams and Markdown
  ...[
    '<at>x</at>',
    '{{DATE(2026-01-01T00:00:00Z)}}',
    '{{',
    '[x](https://evil.example)',
    '![](http://x/y.png)',
    '[a]: b',
  ],
  ...['**b**', '# h', '- item', '1. one', '+ x', '\\', '=====', '| a | b |'],
  // HTML
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '"><b>',
    "' onclick='x",
    '<!--',
    ']]>',
    '</table>',
    '&#x3c;',
  ],
  ...[
    '<a href="javascript:alert(1)">x</a>',
    '<style>*{display:none}</style>',
    'cid:x',
    'javascript:alert(1)',
  ],
  // Letters, their directions, and what is no letter
  ...[
    '\u0639\u0631\u0628\u064a',
    '\u05e2\u05d1\u05e8\u05d9\u05ea',
    '\u202e',
    '\u2066',
    '\u200f',
    '\u200b',
    '\u2060',
    '\ufeff',
  ],
  ...[
    '\u0000',
    '\u0007',
    '\u001b[31m',
    '\u001b]0;x\u0007',
    '\u0085',
    '\u2028',
    '\u2029',
    '\ud83d',
    '\udca9',
    '\ufffe',
  ],
  ...[
    '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
    '\u{1f1eb}\u{1f1f7}',
    'e\u0301\u0323\u0300',
    '\u65e5\u672c\u8a9e',
    '\u{20000}',
  ],
  ...[
    '\n',
    '\r\n',
    '\t',
    ' ',
    '  ',
    'word',
    'Exchange_Online',
    'INC-1042',
    'https://a.example/<x>|y?a=1&b=2',
    'x'.repeat(90),
  ],
] as const;

const piece = fc.constantFrom(...PIECES);
const KILOBYTES = 200;

/** Mostly short; now and then longer than any place for it, and once in a while very much longer. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5_000, arbitrary: fc.array(piece, { maxLength: 4 }).map((parts) => parts.join('')) },
  { weight: 900, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 100, arbitrary: repeated(80, 151, 700, 3_100) },
  { weight: 1, arbitrary: piece.map((part) => part.repeat(Math.ceil((KILOBYTES * 1_024) / part.length))) },
);

function repeated(...lengths: readonly number[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.constantFrom(...lengths))
    .map(([parts, length]) => parts.join('').repeat(Math.ceil(length / parts.join('').length)));
}

export const hostileTime: fc.Arbitrary<number> = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 2e12 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -1, Infinity, -1e20, 8.64e15, 8.65e15, 0.5, -8.64e15) },
);

const address = fc.oneof(
  hostileText,
  fc.constantFrom(
    'https://a.example/?q=a b&c=<d>|e"f\'(g)*h_i',
    `https://a.example/${'x'.repeat(2_500)}`,
    'http://a.example',
    'mailto:noc@contoso.com?subject=<b>',
    'JavaScript:alert(1)',
    'data:text/html,<script>',
    'https://user:pass@a.example/',
  ),
);

const inline: fc.Arbitrary<Inline> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ text: hostileText }) },
  {
    weight: 3,
    arbitrary: fc.record({ text: hostileText, bold: fc.boolean(), italic: fc.boolean(), code: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ text: hostileText, href: address }) },
  { weight: 1, arbitrary: fc.record({ time: hostileTime }) },
  { weight: 1, arbitrary: fc.record({ command: hostileText, text: hostileText }) },
);
const line = fc.array(inline, { maxLength: 3 });

export const hostileRich: fc.Arbitrary<Rich> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('paragraph' as const, 'heading' as const), inlines: line }),
    fc.record({
      kind: fc.constant('list' as const),
      ordered: fc.boolean(),
      items: fc.array(line, { maxLength: 3 }),
    }),
  ),
  { maxLength: 3 },
);

const tone = fc.constantFrom<Tone>('critical', 'major', 'warning', 'info', 'ok', 'neutral');
/** Now and then many more of them than have room. */
const many = <T>(one: fc.Arbitrary<T>, most: number): fc.Arbitrary<T[]> =>
  fc.oneof(
    { weight: 150, arbitrary: fc.array(one, { maxLength: 3 }) },
    { weight: 1, arbitrary: one.map((only) => Array.from({ length: timesOf(only, most) }, () => only)) },
  );

/** What is very long in itself need not be very many as well: that shows nothing more and takes seconds. */
function timesOf(one: unknown, most: number): number {
  return JSON.stringify(one).length < 1_000 ? most : 3;
}

const section: fc.Arbitrary<Section> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text: hostileRich }),
  fc.record({
    kind: fc.constant('facts' as const),
    facts: many(fc.record({ label: hostileText, value: line }), 150),
  }),
  fc.record({ kind: fc.constant('quote' as const), title: hostileText, at: hostileTime, text: hostileRich }),
  fc.record({
    kind: fc.constant('table' as const),
    columns: fc.array(hostileText, { maxLength: 4 }),
    rows: many(fc.array(line, { maxLength: 4 }), 200),
  }),
  fc.record({ kind: fc.constant('list' as const), items: many(fc.record({ tone, line }), 300) }),
  fc
    .record({
      title: hostileText,
      alt: hostileText,
      from: fc.integer({ min: 0, max: 2e12 }),
      values: fc.array(fc.nat({ max: 1e6 }), { maxLength: 12 }),
      shares: fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 12 }),
      name: hostileText,
      image: fc.option(address, { nil: undefined }),
    })
    .map(({ title, alt, from, values, shares, name, image }): Section => ({
      kind: 'chart',
      title,
      alt,
      from,
      step: 60_000,
      bars: { name, values },
      line: { name, values: values.map((_, i) => shares[i] ?? null) },
      empty: alt,
      ...(image === undefined ? {} : { image }),
    })),
);

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    id: fc.constantFrom<Action['id']>('ack', 'unack', 'resolve', 'silence', 'details', 'confirm'),
    label: hostileText,
    style: fc.constantFrom<Action['style']>('primary', 'danger', 'default'),
    command: hostileText,
    confirm: hostileText,
  }),
  fc.record({
    id: fc.constant('link' as const),
    label: hostileText,
    style: fc.constant('default' as const),
    href: address,
  }),
  fc.record({
    id: fc.constant('form' as const),
    label: hostileText,
    style: fc.constant('default' as const),
    command: hostileText,
    form: fc.record({ opens: hostileText, label: hostileText }),
  }),
);

/** A card out of nothing but hostile text. Its title is never empty: none of ours is. */
export const hostileCard: fc.Arbitrary<Card> = fc.record({
  topic: hostileText,
  tone,
  badge: hostileText,
  title: fc.tuple(hostileText, hostileText).map(([before, after]) => `${before}Trunk 7${after}`),
  fallback: hostileText,
  sections: many(section, 70),
  actions: many(action, 40),
  footer: line,
  revision: fc.oneof(fc.nat(), fc.constantFrom(Number.NaN, Infinity, -1)),
  at: fc.integer({ min: 0, max: 2e12 }),
});

const field: fc.Arbitrary<FormField> = fc
  .record({
    label: hostileText,
    kind: fc.constantFrom<FormField['kind']>('line', 'text', 'choice'),
    initial: hostileText,
    hint: fc.option(hostileText, { nil: undefined }),
    choices: fc.array(hostileText, { maxLength: 4 }),
    optional: fc.boolean(),
    max: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
  })
  .map(({ hint, optional, max, ...rest }) => ({
    name: 'x',
    ...rest,
    ...(hint === undefined ? {} : { hint }),
    ...(optional ? { optional } : {}),
    ...(max === undefined ? {} : { max }),
  }));

/** A form out of hostile text; only the names of its fields are ours, for they always are. */
export const hostileForm: fc.Arbitrary<Form> = fc
  .record({
    opens: hostileText,
    title: hostileText,
    submit: hostileText,
    about: hostileText,
    fields: fc.array(field, { minLength: 1, maxLength: 6 }),
  })
  .map((form) => ({ ...form, fields: form.fields.map((one, i) => ({ ...one, name: `field${i}` })) }));
