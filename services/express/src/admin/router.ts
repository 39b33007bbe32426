import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { Dependencies } from '../app.ts';
import { Attributes } from '../catalog/attributes.ts';
import { findActiveProduct } from '../catalog/repository.ts';
import { MAX_STOCK } from '../catalog/schemas.ts';
import { json, mergePatch as mergePatchBody } from '../platform/body.ts';
import { CHECK, failedWith, type Database } from '../platform/database.ts';
import { methodNotAllowed } from '../platform/errors.ts';
import { etag, requireMatch } from '../platform/etag.ts';
import { EXACT, skuOf } from '../platform/http.ts';
import { Problem } from '../platform/problem.ts';
import type { Product } from '../platform/tables.ts';
import { validate } from '../platform/validate.ts';
import { mergePatch } from './merge.ts';
import * as repository from './repository.ts';
import { CouponCreate, ProductCreate, ProductPatch, StockAdjustment } from './schemas.ts';

type ProductRequest = Request<{ sku: string }>;
const Merged = z.object({ attributes: Attributes });

export function createAdminRouter({ db, auth }: Dependencies): Router {
  const router = Router(EXACT);
  const { administrator } = auth;
  router.route('/admin/products').all(administrator).post(json, createProduct).all(methodNotAllowed);
  router
    .route('/admin/products/:sku')
    .all(administrator)
    .patch(mergePatchBody, patchProduct)
    .delete(archiveProduct)
    .all(methodNotAllowed);
  router.route('/admin/products/:sku/stock').all(administrator).post(json, adjustStock).all(methodNotAllowed);
  router.route('/admin/coupons').all(administrator).post(json, createCoupon).all(methodNotAllowed);
  return router;

  async function createProduct(req: Request, res: Response): Promise<void> {
    const product = await repository.createProduct(db, validate(ProductCreate, req.body));
    if (!product) throw new Problem('sku_taken');
    res.status(201).location(`/products/${product.sku}`).set('ETag', etag(product.version)).json(product);
  }

  async function patchProduct(req: ProductRequest, res: Response): Promise<void> {
    const { attributes, ...patch } = validate(ProductPatch, req.body);
    const product = await db.transaction().execute(async (trx) => {
      const row = await lock(trx, req);
      const merged = attributes ? mergePatch(row.attributes, attributes) : row.attributes;
      if (attributes) validate(Merged, { attributes: merged });
      return repository.updateProduct(trx, row.id, { ...patch, attributes: merged });
    });
    sendChanged(res, product);
  }

  async function archiveProduct(req: ProductRequest, res: Response): Promise<void> {
    await db.transaction().execute(async (trx) => {
      const { id } = await lock(trx, req);
      await repository.archiveProduct(trx, id);
    });
    res.status(204).end();
  }

  async function adjustStock(req: ProductRequest, res: Response): Promise<void> {
    const sku = skuOf(req);
    const { delta } = validate(StockAdjustment, req.body);
    for (;;) {
      const product = await repository.addStock(db, sku, delta);
      if (product) {
        sendChanged(res, product);
        return;
      }
      const row = await findActiveProduct(db, sku);
      if (!row) throw new Problem('not_found');
      if (row.stock + delta < 0) {
        throw new Problem('insufficient_stock', {
          members: { lines: [{ sku, requested: -delta, available: row.stock }] },
        });
      }
      if (delta > 0 && row.stock + delta > MAX_STOCK) throw new Problem('stock_limit');
      // The stock has moved between the two statements, and there is room now.
    }
  }

  async function createCoupon(req: Request, res: Response): Promise<void> {
    try {
      const coupon = await repository.createCoupon(db, validate(CouponCreate, req.body));
      if (!coupon) throw new Problem('code_taken');
      res.status(201).json(coupon);
    } catch (error) {
      // It starts now, by the database's clock, and would end before. Nothing else is left for a check to find.
      if (!failedWith(error, CHECK)) throw error;
      const errors = [{ pointer: '/ends_at', code: 'out_of_range' }];
      throw new Problem('validation_failed', { members: { errors } });
    }
  }

  /** Locks the active product of the path, whose version the client has to know. */
  async function lock(trx: Database, req: ProductRequest): Promise<Product> {
    const row = await repository.lockActiveProduct(trx, skuOf(req));
    if (!row) throw new Problem('not_found');
    requireMatch(req, row.version);
    return row;
  }
}

/** The answer of a path that is not the product's own. */
function sendChanged(res: Response, product: Product): void {
  res.set({ ETag: etag(product.version), 'Content-Location': `/products/${product.sku}` }).json(product);
}
