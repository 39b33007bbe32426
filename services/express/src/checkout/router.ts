import { createHash } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import type { Dependencies } from '../app.ts';
import { callerOf } from '../platform/auth.ts';
import { bodyOf, bytes, mediaType, parseDocument } from '../platform/body.ts';
import { methodNotAllowed } from '../platform/errors.ts';
import { etag } from '../platform/etag.ts';
import { EXACT } from '../platform/http.ts';
import { Problem } from '../platform/problem.ts';
import { take, type Limit } from '../platform/rate-limit.ts';
import { validate } from '../platform/validate.ts';
import { Checkout } from './schemas.ts';
import { placeOrder } from './service.ts';

const CHECKOUT_LIMIT: Limit = { name: 'checkout', burst: 20, interval: 3 };
const KEY = /^[!#-[\]-~]{1,255}$/;

export function createCheckoutRouter({ db, auth }: Dependencies): Router {
  const router = Router(EXACT);
  router
    .route('/checkout')
    .all(auth.customer)
    .post(mediaType('application/json'), bytes, checkout)
    .all(methodNotAllowed);
  return router;

  async function checkout(req: Request, res: Response): Promise<void> {
    const key = idempotencyKey(req);
    const body = bodyOf(req);
    const { expected_total: expectedTotal } = validate(Checkout, parseDocument(body));
    const { id: userId } = callerOf(req);
    await take(db, CHECKOUT_LIMIT, userId);
    const fingerprint = createHash('sha256').update('POST\n/checkout\n').update(body).digest('hex');
    const placed = await placeOrder(db, { userId, key, fingerprint, expectedTotal });
    if (placed.replayed) res.set('Idempotent-Replayed', 'true');
    res.status(201).location(placed.location).set('ETag', etag(1)).type('json').send(placed.body);
  }
}

function idempotencyKey(req: Request): string {
  const [line, another] = req.headersDistinct['idempotency-key'] ?? [];
  if (line === undefined) throw new Problem('idempotency_key_missing');
  const key = line.replace(/^"(.*)"$/, '$1');
  if (another !== undefined || !KEY.test(key)) throw new Problem('idempotency_key_invalid');
  return key;
}
