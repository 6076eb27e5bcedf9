// The baseline of a delivery: one undici connection, one post after the other. Bodies come as a JSON array on standard input.
import { Agent, request } from 'undici';

const [url, everyMs] = [process.argv[2], Number(process.argv[3])];
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const bodies = JSON.parse(Buffer.concat(chunks).toString('utf8'));

const now = () => performance.timeOrigin + performance.now();
const dispatcher = new Agent();
const begun = now();
for (const [index, body] of bodies.entries()) {
  const due = begun + index * everyMs;
  if (due > now()) await new Promise((resolve) => setTimeout(resolve, due - now()));
  const headers = { 'content-type': 'application/json', 'x-sent': String(everyMs === 0 ? begun : now()) };
  const answer = await request(url, { method: 'POST', body, headers, dispatcher });
  await answer.body.dump();
}
await dispatcher.destroy();
