import { z } from 'zod';
import { lowered, readRows, type ReadRows } from '../rows.js';

const text = z.string().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);

const overviewSchema = z.object({ id: z.string().min(1).max(100), service: text, status: text });

const postSchema = z.object({
  createdDateTime: z.string(),
  description: z
    .union([z.object({ content: text }), z.string()])
    .nullish()
    .catch(null),
});

const issueSchema = z.object({
  id: z.string().min(1).max(100),
  title: text,
  startDateTime: text,
  endDateTime: text,
  lastModifiedDateTime: text,
  classification: text,
  origin: text,
  status: text,
  service: text,
  feature: text,
  featureGroup: text,
  impactDescription: text,
  isResolved: flag,
  highImpact: flag,
  posts: z.array(z.unknown()).nullish().catch(null),
});

/** `serviceHealth`, as Graph gives it. */
export type Overview = z.infer<typeof overviewSchema>;
/** `serviceHealthIssuePost` */
export type Post = z.infer<typeof postSchema>;
/** `serviceHealthIssue`, with the posts that could be read. */
export type Issue = Omit<z.infer<typeof issueSchema>, 'posts'> & { readonly posts: readonly Post[] };

export function readOverviews(rows: readonly unknown[]): ReadRows<Overview> {
  return readRows(rows, (row) => overviewSchema.safeParse(lowered(row)).data);
}

export function readIssues(rows: readonly unknown[]): ReadRows<Issue> {
  return readRows(rows, readIssue);
}

/** Undefined for what is no issue at all. Unknown fields and enum members pass, either casing is read. */
export function readIssue(row: unknown): Issue | undefined {
  const read = issueSchema.safeParse(lowered(row)).data;
  if (read === undefined) return undefined;
  const posts = (read.posts ?? []).flatMap((post) => postSchema.safeParse(post).data ?? []);
  return { ...read, posts };
}
