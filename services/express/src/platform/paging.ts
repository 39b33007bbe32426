import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Problem } from './problem.ts';
import { UUID } from './schemas.ts';

const MAX_LENGTH = 1200;
const MAC_BYTES = 16;

/** The list that a cursor is good for. Filters are the values as received, in the contract's order. */
export interface Scope {
  resource: 'products' | 'orders';
  sort: string;
  filters: unknown[];
}

/** The last row of a page: its sort key, and its id for ties. */
export interface Position {
  key: string;
  id: string;
}

/** The parameters that every list has. */
export const PageQuery = {
  limit: z
    .string()
    .regex(/^(0|[1-9]\d{0,9})$/)
    .transform(Number)
    .pipe(z.number().min(1).max(100))
    .default(20),
  cursor: z.string().min(1).optional(),
};

/** Makes and opens cursors, which all services of a fleet share (CURSOR-1). */
export class Cursors {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  seal(scope: Scope, { key, id }: Position): string {
    const payload = Buffer.from(`${prefixOf(scope)}${key}\n${id}`);
    return `${payload.toString('base64url')}.${this.#mac(payload).toString('base64url')}`;
  }

  open(scope: Scope, cursor: string): Position {
    const [left = '', right = '', ...rest] = cursor.split('.');
    const payload = Buffer.from(left, 'base64url');
    const mac = Buffer.from(right, 'base64url');
    // Node skips characters that are not of the alphabet: only the one spelling that it writes itself is taken.
    const canonical = payload.toString('base64url') === left && mac.toString('base64url') === right;
    const genuine = mac.length === MAC_BYTES && timingSafeEqual(mac, this.#mac(payload));
    const text = payload.toString();
    const prefix = prefixOf(scope);
    const end = text.lastIndexOf('\n'); // a name may contain line feeds
    const id = text.slice(end + 1);
    const well = canonical && genuine && rest.length === 0 && cursor.length <= MAX_LENGTH && isUtf8(payload);
    if (!well || !text.startsWith(prefix) || end < prefix.length || !UUID.test(id)) throw new Problem('invalid_cursor');
    return { key: text.slice(prefix.length, end), id };
  }

  /** Ends a page: of one row more than its limit the last makes the cursor, and the Link of the answer. */
  page<T>(req: Request, res: Response, rows: T[], limit: number, scope: Scope, position: (row: T) => Position) {
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    if (last === undefined) return { items, next_cursor: null };
    const cursor = this.seal(scope, position(last));
    res.set('Link', `<${nextTarget(req.originalUrl, cursor)}>; rel="next"`);
    return { items, next_cursor: cursor };
  }

  #mac(payload: Uint8Array): Buffer {
    return createHmac('sha256', this.#secret).update(payload).digest().subarray(0, MAC_BYTES);
  }
}

function prefixOf({ resource, sort, filters }: Scope): string {
  const text = filters.map((value) => (typeof value === 'string' ? value : '')).join('\n');
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${resource}\n${sort}\n${hash}\n`;
}

/** The same path and query with another cursor. */
export function nextTarget(target: string, cursor: string): string {
  const url = new URL(target, 'http://shop');
  url.searchParams.set('cursor', cursor);
  return url.pathname + url.search;
}

/** The key of a row that is sorted by its time, and back. */
export const timeKey = (time: Date): string => String(time.getTime());
const LAST_MOMENT = Date.UTC(3000, 0) - 1;
export const parseTimeKey = (key: string): Date => new Date(parseIntegerKey(key, LAST_MOMENT));

export function parseIntegerKey(key: string, max: number): number {
  if (!/^(0|[1-9]\d{0,15})$/.test(key) || Number(key) > max) throw new Problem('invalid_cursor');
  return Number(key);
}
