import { crc32 } from 'node:zlib';
import type { GraphIssue } from '../state/wire.js';

export const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** The post-incident review of an issue: a small Word document that Word, LibreOffice and any zip reader open. */
export function reviewDocument(issue: GraphIssue): Buffer {
  const lines = [
    'Post-incident review',
    `${issue.id}: ${issue.title}`,
    `Service: ${issue.service}`,
    `Began: ${issue.startDateTime}`,
    `Ended: ${issue.endDateTime ?? 'not given'}`,
    `Customer impact: ${issue.impactDescription}`,
    'Root cause: a configuration change reached more of the service than intended before its health check ended.',
    'Next steps: the change now waits for the health check of each ring, and the check covers the queues that filled.',
  ];
  return zip([
    ['[Content_Types].xml', CONTENT_TYPES],
    ['_rels/.rels', RELATIONS],
    ['word/document.xml', documentXml(lines)],
  ]);
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const CONTENT_TYPES = `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${WORD}.main+xml"/></Types>`;
const RELATIONS = `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`;

function documentXml(lines: readonly string[]): string {
  const paragraphs = lines.map((line) => `<w:p><w:r><w:t>${escapeXml(line)}</w:t></w:r></w:p>`);
  return `${XML}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${paragraphs.join('')}</w:body></w:document>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A zip archive of stored (uncompressed) entries, APPNOTE 6.3 sections 4.3.7, 4.3.12 and 4.3.16. */
function zip(entries: readonly (readonly [name: string, text: string])[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of entries) {
    const path = Buffer.from(name);
    const data = Buffer.from(text);
    const common = commonFields(data, path.length);
    const head = Buffer.concat([Buffer.from('504b0304', 'hex'), common, path, data]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    local.push(head);
    central.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), common, place, path]));
    offset += head.length;
  }
  return Buffer.concat([
    ...local,
    ...central,
    endRecord(entries.length, Buffer.concat(central).length, offset),
  ]);
}

/** Version, flags, method, time, date, checksum, both sizes, name and extra lengths: the same 26 bytes in both headers. */
function commonFields(data: Buffer, nameLength: number): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(0x21, 8);
  fields.writeUInt32LE(crc32(data), 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(data.length, 18);
  fields.writeUInt16LE(nameLength, 22);
  return fields;
}

function endRecord(count: number, centralSize: number, centralOffset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32BE(0x504b0506, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(centralSize, 12);
  end.writeUInt32LE(centralOffset, 16);
  return end;
}
