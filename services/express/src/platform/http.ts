import type { Request, RequestHandler } from 'express';
import { Problem } from './problem.ts';
import { SKU, UUID } from './schemas.ts';

/** How every router reads paths: exactly. */
export const EXACT = { caseSensitive: true, strict: true };

export function cacheControl(value: string): RequestHandler {
  return (_req, res, next) => {
    res.set('Cache-Control', value);
    next();
  };
}

export function skuOf(req: Request<{ sku: string }>): string {
  if (!SKU.test(req.params.sku)) throw new Problem('not_found');
  return req.params.sku;
}

/** PostgreSQL would take other spellings of a UUID too. */
export function idOf(req: Request<{ id: string }>): string {
  if (!UUID.test(req.params.id)) throw new Problem('not_found');
  return req.params.id;
}
