/**
 * The limits of a Slack message, written down independently of the renderer (doc comments of @slack/types 3.2.0 and Slack's
 * reference). Each problem is one line; an empty list means that Slack would take the message as it is.
 */
export function problemsOf(message: unknown): readonly string[] {
  const problems: string[] = [];
  const { text, blocks, attachments } = message as {
    text: unknown;
    blocks: readonly unknown[];
    attachments?: readonly { color: string; blocks: readonly unknown[] }[];
  };
  length(problems, 'text', text, 1, 40_000);
  markup(problems, 'text', String(text));
  const all = [blocks, ...(attachments ?? []).map((attachment) => attachment.blocks)];
  if (all.flat().length > 50) problems.push(`${all.flat().length} blocks`);
  if ((attachments ?? []).length > 20) problems.push('too many attachments');
  for (const attachment of attachments ?? []) {
    if (!/^#[0-9a-f]{6}$/.test(attachment.color)) problems.push(`color ${attachment.color}`);
    if (attachment.blocks.length === 0) problems.push('an attachment without blocks');
  }
  all.flat().forEach((block, i) => checkBlock(problems, `block ${i}`, block as Loose));
  if (!isWellFormed(JSON.stringify(message))) problems.push('half a character');
  return problems;
}

/** The same for a dialog. */
export function problemsOfView(view: unknown): readonly string[] {
  const problems: string[] = [];
  const {
    title,
    submit,
    close,
    blocks,
    private_metadata: meta = '',
  } = view as Loose & {
    blocks: readonly Loose[];
  };
  for (const [at, words] of Object.entries({ title, submit, close }))
    if (words !== undefined) plain(problems, at, words, 24);
  if (String(meta).length > 3_000) problems.push('too much private_metadata');
  const ids = blocks.flatMap(({ block_id: id }) => (id === undefined ? [] : [id]));
  if (new Set(ids).size !== ids.length) problems.push('a block_id twice');
  list(problems, 'blocks', blocks, 100);
  blocks.forEach((block, i) =>
    block['type'] === 'input'
      ? checkInput(problems, `input ${i}`, block)
      : checkBlock(problems, `block ${i}`, block),
  );
  if (submit === undefined && blocks.some(({ type }) => type === 'input')) problems.push('no submit');
  if (!isWellFormed(JSON.stringify(view))) problems.push('half a character');
  return problems;
}

function checkInput(problems: string[], at: string, block: Loose): void {
  plain(problems, `${at} label`, block['label'], 2_000);
  if (block['hint'] !== undefined) plain(problems, `${at} hint`, block['hint'], 2_000);
  const element = block['element'] as Loose;
  if (element['type'] === 'static_select') {
    plain(problems, `${at} placeholder`, element['placeholder'], 150);
    for (const option of list(problems, at, element['options'], 100)) {
      plain(problems, `${at} option`, (option as Loose)['text'], 75);
      length(problems, `${at} option value`, (option as Loose)['value'], 1, 75);
    }
  } else {
    const { initial_value: initial, max_length: max } = element;
    if (initial !== undefined) length(problems, `${at} initial`, initial, 1, Number(max));
    if (Number(max) > 3_000) problems.push(`${at}: max_length`);
  }
}

interface Loose {
  readonly [key: string]: unknown;
}

function checkBlock(problems: string[], at: string, block: Loose): void {
  switch (block['type']) {
    case 'header': {
      plain(problems, at, block['text'], 150);
      return;
    }
    case 'section': {
      const { text, fields } = block;
      if (text === undefined && fields === undefined) problems.push(`${at}: neither text nor fields`);
      if (text !== undefined) mrkdwn(problems, at, text, 3_000);
      if (fields !== undefined)
        list(problems, at, fields, 10).forEach((field) => mrkdwn(problems, at, field, 2_000));
      return;
    }
    case 'context': {
      list(problems, at, block['elements'], 10).forEach((element) => mrkdwn(problems, at, element, 3_000));
      return;
    }
    case 'actions': {
      const buttons = list(problems, at, block['elements'], 25);
      const ids = buttons.map((button) => (button as Loose)['action_id']);
      if (new Set(ids).size !== ids.length) problems.push(`${at}: an action_id twice`);
      buttons.forEach((button) => checkButton(problems, at, button as Loose));
      return;
    }
    case 'image': {
      length(problems, `${at} alt_text`, block['alt_text'], 1, 2_000);
      if (block['title'] !== undefined) plain(problems, `${at} title`, block['title'], 2_000);
      const url = String(block['image_url']);
      length(problems, `${at} image_url`, url, 1, 3_000);
      if (!URL.canParse(url) || new URL(url).href !== url || !url.startsWith('https:'))
        problems.push(`${at}: image_url ${url.slice(0, 60)}`);
      return;
    }
    case 'divider':
      return;
    default:
      problems.push(`${at}: unexpected type ${String(block['type'])}`);
  }
}

function checkButton(problems: string[], at: string, button: Loose): void {
  if (button['type'] !== 'button') problems.push(`${at}: not a button`);
  length(problems, `${at} action_id`, button['action_id'], 1, 255);
  plain(problems, `${at} button`, button['text'], 75);
  if (button['value'] !== undefined) length(problems, `${at} value`, button['value'], 1, 2_000);
  if (button['url'] !== undefined) length(problems, `${at} url`, button['url'], 1, 3_000);
  if (!['primary', 'danger', undefined].includes(button['style'] as string | undefined))
    problems.push(`${at}: style`);
  const confirm = button['confirm'] as Loose | undefined;
  if (confirm === undefined) return;
  plain(problems, `${at} confirm.title`, confirm['title'], 100);
  plain(problems, `${at} confirm.text`, confirm['text'], 300);
  plain(problems, `${at} confirm.confirm`, confirm['confirm'], 30);
  plain(problems, `${at} confirm.deny`, confirm['deny'], 30);
}

function plain(problems: string[], at: string, value: unknown, max: number): void {
  const { type, text } = value as Loose;
  if (type !== 'plain_text') problems.push(`${at}: not plain_text`);
  length(problems, at, text, 1, max);
}

function mrkdwn(problems: string[], at: string, value: unknown, max: number): void {
  const { type, text, verbatim } = value as Loose;
  if (type !== 'mrkdwn') problems.push(`${at}: not mrkdwn`);
  if (verbatim !== true) problems.push(`${at}: Slack would look for mentions in it`);
  length(problems, at, text, 1, max);
  markup(problems, at, String(text));
}

/** What is left when the tokens we mean are taken out may hold no token at all, and no bare ampersand. */
function markup(problems: string[], at: string, text: string): void {
  const rest = text
    .replace(/<!date\^\d+\^[^<>|^]+\|[^<>|]+>/g, '')
    .replace(/<(?:https?:\/\/|mailto:)[^<>|\s]+(?:\|[^<>]+)?>/g, '')
    .replace(/^> /gm, '');
  if (/[<>]/.test(rest)) problems.push(`${at}: a live token in ${JSON.stringify(rest.slice(0, 80))}`);
  if (/&(?!amp;|lt;|gt;)/.test(text)) problems.push(`${at}: a bare ampersand`);
}

function list(problems: string[], at: string, value: unknown, max: number): readonly unknown[] {
  const items = Array.isArray(value) ? (value as readonly unknown[]) : [];
  if (items.length === 0 || items.length > max) problems.push(`${at}: ${items.length} of at most ${max}`);
  return items;
}

function length(problems: string[], at: string, value: unknown, min: number, max: number): void {
  if (typeof value !== 'string' || value.trim().length < min || value.length > max) {
    problems.push(`${at}: ${typeof value === 'string' ? value.length : typeof value} of at most ${max}`);
  }
}

function isWellFormed(json: string): boolean {
  return !/\\ud[89a-f]/i.test(json) && !/\p{Cs}/u.test(json);
}
