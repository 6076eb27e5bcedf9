import { createHash } from 'node:crypto';
import type { Document, DocumentKeep } from '../sources/keep.js';
import type { Database } from './database.js';
import { toTime } from './values.js';

/** See `DocumentKeep`. What the same report is to four hundred tenants is one body. */
export function openDocuments(db: Database): DocumentKeep {
  return {
    put: (source, subject, { name, mediaType, body }, at) =>
      db.transaction(async (sql) => {
        const sha256 = createHash('sha256').update(body).digest('hex');
        await sql.query(
          `insert into tocsin.document_bodies (sha256, body) values ($1::text, $2::bytea) on conflict do nothing`,
          [sha256, body],
        );
        await sql.query(
          `insert into tocsin.documents (source, subject, name, media_type, sha256, at)
           values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::timestamptz)
           on conflict (source, subject) do update set
             name = excluded.name, media_type = excluded.media_type, sha256 = excluded.sha256, at = excluded.at`,
          [source, subject, name, mediaType, sha256, toTime(at)],
        );
      }),
    async get(source, subject): Promise<Document | undefined> {
      const [row] = await db.query<{ name: string; media_type: string; body: Uint8Array }>(
        `select d.name, d.media_type, b.body from tocsin.documents d
         join tocsin.document_bodies b on b.sha256 = d.sha256
         where d.source = $1::text and d.subject = $2::text`,
        [source, subject],
      );
      return row === undefined ? undefined : { name: row.name, mediaType: row.media_type, body: row.body };
    },
  };
}
