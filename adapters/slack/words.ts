/**
 * What a person typed, out of what Slack sends: `&amp; &lt; &gt;` as characters, `<url|label>` as its label, and the
 * typographic quotes that phones make as the plain ones our matchers are written with.
 */
export function typedWords(text: string): string {
  return text
    .replace(/<([^<>|]*)(?:\|([^<>]*))?>/g, (_, target: string, label: string | undefined) =>
      labelOf(target, label),
    )
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/[\u201c\u201d\u201e]/g, '"')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}

/** Without the mention of the bot that called it: `<@U0BOT> status` → `status`. */
export function afterMention(text: string): string {
  return typedWords(text.replace(/<@[UW][A-Z0-9]+(?:\|[^<>]*)?>/, ''));
}

function labelOf(target: string, label: string | undefined): string {
  const sign = /^[@#]/.exec(target)?.[0] ?? '';
  if (label !== undefined && label !== '') return sign === '' ? label : `${sign}${label}`;
  return target.replace(/^mailto:/, '').replace(/^!/, '');
}
