import type { TimelineKind } from '../model/incident.js';
import type { Json, JsonObject } from '../model/json.js';

interface Line {
  readonly kind: TimelineKind;
  readonly by: 'microsoft';
  readonly text: string;
}

const POST_LIMIT = 1_500;

/** What became different about a Microsoft issue: how it is rated, then each post that came since, oldest first. */
export function issueLines(before: JsonObject, now: JsonObject): readonly Line[] {
  const lines: Line[] = [];
  if (before['classification'] !== now['classification'])
    lines.push(
      line(
        'changed',
        `Classification changed from ${text(before['classification'])} to ${text(now['classification'])}.`,
      ),
    );
  lines.push(...changed('Status', before, now, 'statusText'), ...changed('Title', before, now, 'title'));
  const posts = newPosts(before, now);
  const reported = now['pir'] === true && before['pir'] !== true;
  // Where the report is out the newest post is its announcement; those that came with it are told.
  const told = reported ? posts.slice(0, -1) : posts;
  lines.push(
    ...told.map((post) =>
      post.at === now['latestPostAt'] ? latestLine(post, before, now) : postLine(post, now),
    ),
  );
  const filed = text(now['reportName']) === text(before['reportName']) ? '' : text(now['reportName']);
  if (reported) lines.push(line('pir', 'Microsoft published the post-incident report.'));
  if (filed !== '') lines.push(line('pir', `The post-incident report is filed: ${filed}.`));
  if (!reported && posts.length === 0) lines.push(...repeated(before, now));
  return lines;
}

interface Post {
  readonly at: string;
  readonly text: string;
}

/** The posts that are newer than what was known; an edited one of the same time is none. */
function newPosts(before: JsonObject, now: JsonObject): readonly Post[] {
  const latest: Post = { at: text(now['latestPostAt']), text: text(now['latestPost']) };
  const known = text(before['latestPostAt']);
  if (latest.at <= known || latest.text === text(before['latestPost'])) return [];
  // Without a post before there is nothing to be newer than: an issue is told from the post with which it opened.
  const earlier = known === '' ? [] : earlierPosts(now['earlierPosts']).filter((post) => post.at > known);
  return [...earlier, latest];
}

function earlierPosts(list: Json | undefined): readonly Post[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly Json[]).flatMap((item): Post[] => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return [];
    const post = item as JsonObject;
    return text(post['at']) === '' ? [] : [{ at: text(post['at']), text: text(post['text']) }];
  });
}

/** Microsoft posted and said nothing new: worth a line, so that nobody thinks that it was silent. */
function repeated(before: JsonObject, now: JsonObject): readonly Line[] {
  const [was, is] = [text(before['lastPostAt']), text(now['lastPostAt'])];
  if (was === '' || is <= was) return [];
  const next = nextUpdate(before, now);
  return [line('post', `Microsoft posted again and says nothing new.${next === '' ? '' : ` ${next}`}`)];
}

function postLine(post: Post, now: JsonObject): Line {
  return line('post', wordsOf(post.text, now, REPEATED));
}

/** The newest post begins with what it changes: when the next one comes, and who is affected. */
function latestLine(post: Post, before: JsonObject, now: JsonObject): Line {
  const next = nextUpdate(before, now);
  const scope = text(now['scope']) === text(before['scope']) ? '' : text(now['scope']);
  const changes = text(before['scope']) === '' ? 'Scope of impact' : 'Scope of impact is now';
  const head = [...(next === '' ? [] : [next]), ...(scope === '' ? [] : [`${changes}: ${scope}`])];
  const said = [...REPEATED, ...(next === '' ? [] : [NEXT]), ...(scope === '' ? [] : [SCOPE])];
  return line('post', [...head, wordsOf(post.text, now, said)].join('\n').slice(0, POST_LIMIT));
}

function nextUpdate(before: JsonObject, now: JsonObject): string {
  const [was, is] = [text(before['nextUpdateBy']), text(now['nextUpdateBy'])];
  if (is === '' || was === is) return '';
  return `Next update by ${minute(is)}${was === '' ? '' : `, before: ${minute(was)}`}.`;
}

/** Microsoft repeats title and impact at the head of every post; the card says both. */
const REPEATED = [/^title:\s*/i, /^user impact:\s*/i];
const NEXT = /^next update by:/i;
const SCOPE = /^scope of impact:/i;

function wordsOf(post: string, now: JsonObject, drop: readonly RegExp[]): string {
  const said = [text(now['title']), text(now['impact'])];
  const words = post
    .split('\n')
    .filter((row) => {
      const head = drop.find((begin) => begin.test(row));
      if (head === undefined) return true;
      // A title of its own is no repetition.
      return REPEATED.includes(head) && !said.includes(row.replace(head, ''));
    })
    .join('\n')
    .trim();
  return (words === '' ? post : words).slice(0, POST_LIMIT);
}

/** `2026-11-21 14:00 UTC` */
function minute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

function changed(what: string, before: JsonObject, now: JsonObject, key: string): Line[] {
  const [was, is] = [text(before[key]), text(now[key])];
  if (was === is || is === '') return [];
  return [line('changed', was === '' ? `${what}: ${is}` : `${what}: ${was} → ${is}`)];
}

function line(kind: TimelineKind, words: string): Line {
  return { kind, by: 'microsoft', text: words };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
