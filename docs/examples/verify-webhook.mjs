import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * True when `header` (X-Tocsin-Signature) was made with `secret` over `body`, the request's bytes as they arrived, at most
 * five minutes ago. Check it before you parse the body.
 */
export function isFromTocsin(header, body, secret, now = Date.now()) {
  const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
  if (time === undefined || Math.abs(now / 1000 - Number(time)) > 300) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  return timingSafeEqual(Buffer.from(signature, 'hex'), expected);
}
