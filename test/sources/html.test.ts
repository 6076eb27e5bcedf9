import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { richToText, type Inline, type Rich } from '../../src/model/rich.js';
import { parseHtml, postSections } from '../../src/sources/html.js';

const text = (html: string, max?: number): string => richToText(parseHtml(html, max));
const inlines = (rich: Rich): Inline[] =>
  rich.flatMap((block) => (block.kind === 'list' ? block.items.flat() : [...block.inlines]));

describe('foreign HTML', () => {
  it.each<[string, string, string]>([
    ['paragraphs', '<p>One</p><p>Two\n words</p>', 'One\nTwo words'],
    ['breaks', 'One<br>Two<br/>Three', 'One\nTwo\nThree'],
    ['lists', '<p>See:</p><ul><li>A</li><li>B <b>c</b></li></ul>', 'See:\n- A\n- B c'],
    ['numbered lists', '<ol><li>A<li>B</ol>', '1. A\n2. B'],
    ['lists in lists', '<ul><li>A<ul><li>x</li></ul></li><li>B</li></ul>', '- A\n- – x\n- B'],
    [
      'lists in numbered lists',
      '<ol><li>A<ul><li>x</li><li>y</li></ul></li><li>B</li></ol>',
      '1. A – x – y\n2. B',
    ],
    ['paragraphs in points', '<ul><li><p>A</p><p>b</p></li></ul>', '- A b'],
    ['headings', '<h2>Head</h2>Text', 'Head\nText'],
    ['bracketed headings', '<p>[Key points:]</p><p>Text [see below]</p>', 'Key points\nText [see below]'],
    [
      'tables',
      '<table><tr><th>Build</th><th>State</th></tr><tr><td>1</td><td>ok</td></tr></table>',
      'Build | State\n1 | ok',
    ],
    ['entities', 'Tom &amp; Jerry &lt;b&gt; &#8364; caf&eacute;&nbsp;x', 'Tom & Jerry <b> € café x'],
    ['scripts', 'a<script>alert(1)</script><style>p{}</style>b', 'ab'],
    ['a script that never ends', 'a<script>alert(1)', 'a'],
    ['comments', 'a<!-- hidden -->b', 'ab'],
    ['plain text with lines', 'One\nTwo\r\n\r\nThree', 'One\nTwo\nThree'],
    ['plain text with a link in it', 'One <a href="https://x.example/">here</a>\nTwo', 'One here\nTwo'],
    ['nothing', '', ''],
  ])('%s', (_what, html, expected) => {
    expect(text(html)).toBe(expected);
  });

  it('keeps bold, italic and code', () => {
    expect(parseHtml('a <strong>b <em>c</em></strong> <code>d</code>')).toEqual([
      {
        kind: 'paragraph',
        inlines: [
          { text: 'a ' },
          { text: 'b ', bold: true },
          { text: 'c', bold: true, italic: true },
          { text: ' ' },
          { text: 'd', code: true },
        ],
      },
    ]);
  });

  it.each<[string, string, string | undefined]>([
    ['https', 'https://learn.microsoft.com/x?a=1&amp;b=2', 'https://learn.microsoft.com/x?a=1&b=2'],
    ['http', 'http://x.example/', 'http://x.example/'],
    ['mailto', 'mailto:a@x.example', 'mailto:a@x.example'],
    ['javascript', 'javascript:alert(1)', undefined],
    ['javascript in disguise', ' java\tscript:alert(1)', undefined],
    ['data', 'data:text/html,x', undefined],
    ['relative', '/x', undefined],
    ['a host in disguise', 'https://microsoft.com@evil.example/', undefined],
  ])('a link with %s', (_what, href, expected) => {
    expect(inlines(parseHtml(`<a href="${href}">x</a>`))).toEqual([
      expected === undefined ? { text: 'x' } : { text: 'x', href: expected },
    ]);
  });

  it('drops what nobody sees or what turns the text around', () => {
    expect(text('a\u0000b\u0007c\u202Ed\u2066e\u200Bf\uFEFFg\uD800h\u{E0041}i')).toBe('abcdefg\uFFFDhi');
  });

  it('is cut with an ellipsis, never within a character', () => {
    expect(text('<p>abcdef</p>', 4)).toBe('abc…');
    expect(text('<p>ab😀cd</p>', 4)).toBe('ab…');
    expect(text('<p>abcd</p><p>next</p>', 4)).toBe('abcd\n…');
    expect(text('<ul><li>abcd</li><li>next</li></ul>', 4)).toBe('- abcd\n…');
    expect(text('<p>abcd</p>', 4)).toBe('abcd');
  });

  it('takes a large or hostile page quickly', () => {
    const begun = performance.now();
    parseHtml('<b>'.repeat(40_000) + '</i>'.repeat(40_000));
    parseHtml('<ul><li>'.repeat(20_000));
    parseHtml(`${' '.repeat(90_000)}User impact:`);
    parseHtml('Root cause:'.repeat(9_000));
    parseHtml(`${'.'.repeat(50_000)}${'A'.repeat(50_000)}`);
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});

describe('lost line breaks', () => {
  it('are restored before the conventional labels, which are set in bold', () => {
    const rich = parseHtml(
      'Title: Users may be unable to sign inUser Impact: Users may be unable to sign inMore info:The app shows an error.Current status: We are looking.Scope of impact: Any user.Next update by: Friday, August 6, 2021, at 9:00 PM UTC',
    );
    expect(richToText(rich).split('\n')).toEqual([
      'Title: Users may be unable to sign in',
      'User Impact: Users may be unable to sign in',
      'More info: The app shows an error.',
      'Current status: We are looking.',
      'Scope of impact: Any user.',
      'Next update by: Friday, August 6, 2021, at 9:00 PM UTC',
    ]);
    expect(rich[1]).toEqual({
      kind: 'paragraph',
      inlines: [{ text: 'User Impact:', bold: true }, { text: ' Users may be unable to sign in' }],
    });
  });

  it('are restored in sentences too, once the labels show that they were lost', () => {
    expect(text('Title: AUser impact: B may fail.We are looking.It will take v1.2 a while.')).toBe(
      'Title: A\nUser impact: B may fail.\nWe are looking.\nIt will take v1.2 a while.',
    );
    expect(text('Call Microsoft.Graph from it. Fine')).toBe('Call Microsoft.Graph from it. Fine');
  });

  it('before a preliminary root cause break once, and never within a sentence', () => {
    expect(text('We fixed it.Preliminary root cause: A change. We know the root cause: a change.')).toBe(
      'We fixed it.\nPreliminary root cause: A change. We know the root cause: a change.',
    );
  });

  it('keep links on their line', () => {
    expect(
      inlines(parseHtml('Title: AUser impact: see <a href="https://x.example/">this</a>.')).at(-2),
    ).toEqual({
      text: 'this',
      href: 'https://x.example/',
    });
  });
});

describe('the sections of a post', () => {
  it('are found with the time of the next update', () => {
    const sections = postSections(
      text(
        '<p>Title: T</p><p>User impact: U</p><p>More info: M1</p><p>M2</p><p>Current status: C</p><p>Scope of impact: S</p><p>Start time: Monday, November 2, 2026, at 9:15 AM UTC</p><p>Root cause: R</p><p>Next update by: Monday, November 2, 2026, at 12:00 PM UTC</p>',
      ),
    );
    expect(sections).toEqual({
      title: 'T',
      userImpact: 'U',
      moreInfo: 'M1\nM2',
      currentStatus: 'C',
      finalStatus: null,
      scope: 'S',
      startTime: '2026-11-02T09:15:00.000Z',
      endTime: null,
      rootCause: 'R',
      preliminaryRootCause: null,
      nextSteps: null,
      nextUpdateBy: '2026-11-02T12:00:00.000Z',
    });
  });

  it('are all missing in a post without any', () => {
    expect(Object.values(postSections('A post-incident report has been published.'))).toEqual(
      Array(12).fill(null),
    );
  });
});

describe('whatever the input', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      '<p>',
      '</p>',
      '<br>',
      '<ul>',
      '</ul>',
      '<ol>',
      '</ol>',
      '<li>',
      '</li>',
      '<b>',
      '</b>',
      '<a href="https://x.example/">',
      '<a href="javascript:x">',
      '</a>',
      '<table>',
      '<tr>',
      '<td>',
      '</table>',
      '<h1>',
      '</h1>',
      '<script>',
      '</script>',
      '<!--',
      '-->',
      '&amp;',
      '&#0;',
      '&#xD800;',
      '<',
      '>',
      '"',
      '\n',
      '\u202E',
      'Root cause:',
      'User Impact: ',
      '[Key points]',
      '<svg>',
      '</svg>',
      '.',
    ),
  );

  it('never throws, never leaks a scheme or a control character, never grows beyond the limit', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 200 }), (pieces, max) => {
        const rich = parseHtml(pieces.join(''), max);
        const parts = inlines(rich);
        for (const part of parts) {
          if (!('text' in part)) continue;
          expect(part.text).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}|\p{Surrogate}/u);
          expect(part.text).not.toBe('');
          if ('href' in part) expect(part.href).toMatch(/^(https?|mailto):/);
        }
        const length = parts.reduce((sum, part) => sum + ('text' in part ? part.text.length : 0), 0);
        expect(length).toBeLessThanOrEqual(max + 1);
        expect(JSON.parse(JSON.stringify(rich))).toEqual(rich);
        postSections(richToText(rich));
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads its own plain text again as the same lines', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z][a-z ]{0,20}[a-z]$/), { maxLength: 10 }), (lines) => {
        const words = lines.map((line) => line.replace(/ +/g, ' '));
        expect(text(words.join('\n'))).toBe(words.join('\n'));
      }),
    );
  });
});
