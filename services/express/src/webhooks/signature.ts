import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const MAX_SKEW_SECONDS = 300;
const ID = /^[\w-]{1,200}$/;
const TIMESTAMP = /^[1-9]\d{0,11}$/;

/** The id of an event whose three headers fit its body, or undefined: what is wrong is nobody's business. */
export function verifiedId(
  { headersDistinct }: Pick<IncomingMessage, 'headersDistinct'>,
  body: Buffer,
  secret: Uint8Array,
  now: number,
): string | undefined {
  const single = (name: string) => {
    const lines = headersDistinct[name];
    return lines?.length === 1 ? lines[0] : undefined;
  };
  const id = single('webhook-id') ?? '';
  const timestamp = single('webhook-timestamp') ?? '';
  const signatures = single('webhook-signature') ?? '';
  if (!ID.test(id) || !TIMESTAMP.test(timestamp)) return undefined;
  if (Math.abs(now - Number(timestamp)) > MAX_SKEW_SECONDS) return undefined;
  const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64');
  // The texts are compared: decoding would take other spellings of the same bytes.
  const expected = Buffer.from(`v1,${mac}`);
  const right = signatures.split(' ').some((token) => {
    const given = Buffer.from(token, 'latin1');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return right ? id : undefined;
}
