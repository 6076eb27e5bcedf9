import type { JsonObject } from '../../model/json.js';
import { richToText, type Rich } from '../../model/rich.js';
import { toIso } from '../dates.js';
import { parseHtml, postSections } from '../html.js';
import type { PostSections } from '../post-sections.js';
import { cut } from '../text.js';
import type { Post } from './schema.js';

const POST_LIMIT = 6_000;
/** Posts before the newest that a fact carries: whoever polls every minute misses none, and half an hour away loses none. */
const EARLIER = 5;
const EARLIER_LIMIT = 1_500;
const SCOPE_LIMIT = 500;

/**
 * What an issue's posts say: `posts` (how many), `postedAt` (the first) and `lastPostAt`, of the newest that says something new
 * its time, text and markup (`latestPost…`), up to five such posts before it (`earlierPosts`: `{at, text}`), `scope` and
 * `nextUpdateBy`.
 */
export function postValues(posts: readonly Post[], active: boolean): JsonObject {
  const told = distinctPosts(posts);
  const news = newsIn(told);
  const latest = news.at(-1);
  return {
    posts: told.length,
    postedAt: told[0]?.at ?? null,
    lastPostAt: told.at(-1)?.at ?? null,
    latestPostAt: latest?.at ?? null,
    latestPost: cut(latest?.text ?? '', POST_LIMIT),
    latestPostRich: asJson(latest?.rich ?? []),
    earlierPosts: news.slice(0, -1).map((post) => ({ at: post.at, text: cut(post.text, EARLIER_LIMIT) })),
    scope: cut(newestOf(told, /scope of impact/i, ({ scope }) => scope) ?? '', SCOPE_LIMIT),
    nextUpdateBy: active ? newestOf(told, /next update/i, ({ nextUpdateBy }) => nextUpdateBy) : null,
  };
}

interface RawPost {
  readonly at: string;
  readonly raw: string;
}

interface ReadPost {
  readonly at: string;
  readonly rich: Rich;
  readonly text: string;
}

/** Oldest first by their own time. The same text posted again is no news: it counts once, at its first time. */
function distinctPosts(posts: readonly Post[]): readonly RawPost[] {
  const dated = posts
    .flatMap((post): RawPost[] => {
      const at = toIso(post.createdDateTime);
      return at === null ? [] : [{ at, raw: contentOf(post) }];
    })
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const seen = new Set<string>();
  return dated.filter(({ raw }) => {
    const words = raw.replace(/\s+/g, ' ').trim();
    if (words === '' || seen.has(words)) return false;
    seen.add(words);
    return true;
  });
}

function contentOf({ description }: Post): string {
  return typeof description === 'string' ? description : (description?.content ?? '');
}

function readPost({ at, raw }: RawPost): ReadPost {
  const rich = parseHtml(raw, POST_LIMIT);
  return { at, rich, text: richToText(rich) };
}

/** The newest post that has the section decides, and only posts that may have it are read. */
function newestOf(
  posts: readonly RawPost[],
  may: RegExp,
  part: (sections: PostSections) => string | null,
): string | null {
  for (const { raw } of [...posts].reverse()) {
    if (!may.test(raw)) continue;
    const found = part(postSections(richToText(parseHtml(raw))));
    if (found !== null) return found;
  }
  return null;
}

/**
 * The last posts that say something new, oldest first. One that differs from the post before only in what it repeats at its
 * head and in when the next will come does not.
 */
function newsIn(told: readonly RawPost[]): readonly ReadPost[] {
  const news: ReadPost[] = [];
  let newer: ReadPost | undefined;
  for (const raw of [...told].reverse()) {
    const post = readPost(raw);
    if (newer !== undefined && core(newer.text) !== core(post.text)) news.unshift(newer);
    newer = post;
    if (news.length > EARLIER) return news;
  }
  return newer === undefined ? news : [newer, ...news];
}

const REPEATED = /^(?:title|user impact|next update by|start time)\s*:/i;
/** A sentence that some posts carry and that is about the post. */
const ABOUT_ITSELF = /this quick update is designed to give the latest information on this issue\.?/g;

function core(text: string): string {
  return text
    .split('\n')
    .filter((row) => !REPEATED.test(row.trim()))
    .join(' ')
    .toLowerCase()
    .replace(ABOUT_ITSELF, '')
    .replace(/\bnext update by\b.*$/, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function asJson(rich: Rich): JsonObject[] {
  return rich.map((block) => ({ ...block }));
}
