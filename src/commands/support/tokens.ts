/** Phones turn `"` into whatever their language prints. */
const CLOSERS: Readonly<Record<string, string>> = {
  '"': '"“”„',
  '“': '”"“',
  '”': '”"',
  '„': '“”"',
  '«': '»',
  "'": "'’",
  '‘': "’'",
  '’': "’'",
};

/**
 * Words of a command. A quote opens at the beginning of a word (or after `=`) and closes before a blank or the end, so
 * that `it's` stays one word; within it `\"` and `\\` stand for themselves. A quote that nobody closes is a letter.
 */
export function tokenise(text: string): readonly string[] {
  const chars = Array.from(text);
  const words: string[] = [];
  let at = 0;
  while (at < chars.length) {
    if (isBlank(chars[at])) {
      at += 1;
      continue;
    }
    const [word, next] = readWord(chars, at);
    words.push(word);
    at = next;
  }
  return words;
}

function readWord(chars: readonly string[], start: number): readonly [string, number] {
  let word = '';
  let at = start;
  while (at < chars.length && !isBlank(chars[at])) {
    const quoted = at === start || chars[at - 1] === '=' ? readQuoted(chars, at) : undefined;
    if (quoted !== undefined) return [word + quoted[0], quoted[1]];
    word += chars[at] ?? '';
    at += 1;
  }
  return [word, at];
}

function readQuoted(chars: readonly string[], start: number): readonly [string, number] | undefined {
  const closers = CLOSERS[chars[start] ?? ''];
  if (closers === undefined) return undefined;
  let word = '';
  for (let at = start + 1; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    const next = chars[at + 1];
    if (char === '\\' && next !== undefined && (next === '\\' || closers.includes(next))) {
      word += next;
      at += 1;
    } else if (closers.includes(char) && (next === undefined || isBlank(next))) {
      return [word, at + 1];
    } else {
      word += char;
    }
  }
  return undefined;
}

function isBlank(char: string | undefined): boolean {
  return char !== undefined && /[\s\u200b\ufeff]/.test(char);
}

/** The opposite of `tokenise` for one word. */
export function quote(word: string): string {
  const bare =
    word !== '' && !/[\s\u200b\ufeff=]/.test(word) && CLOSERS[Array.from(word)[0] ?? ''] === undefined;
  return bare ? word : `"${word.replace(/[\\"“”„]/g, '\\$&')}"`;
}

/** Without the bot's own name in front: `/tocsin`, `@Tocsin`, `<at>Tocsin</at>` and Slack's `<@U0123>`. */
export function withoutAddress(text: string): string {
  return text
    .trim()
    .replace(/^(?:<at[^>]*>[^<]*<\/at>|<@[A-Z0-9]+(?:\|[^>]*)?>|[/@]tocsin(?=[\s,:]|$))[\s,:]*/i, '');
}

/** What stands behind the command's name as it was typed, without `--tenant NAME`; empty when the name is not there. */
export function wordsAfter(name: string, text: string): string {
  const words = withoutAddress(text).replace(/(^|\s)(?:--|[—–]-?)tenant(?:=\S*|\s+\S+)/i, '$1');
  const pattern = name.replace(/[^a-z0-9]/gi, '\\$&');
  const found = new RegExp(`(?:^|\\s)${pattern}(?=\\s|$)`, 'i').exec(words);
  return found === null ? '' : words.slice(found.index + found[0].length).trim();
}
