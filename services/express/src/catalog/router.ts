import { Router, type Request, type Response } from 'express';
import type { Dependencies } from '../app.ts';
import { methodNotAllowed } from '../platform/errors.ts';
import { etag, isNotModified } from '../platform/etag.ts';
import { cacheControl, EXACT, skuOf } from '../platform/http.ts';
import type { Scope } from '../platform/paging.ts';
import { Problem } from '../platform/problem.ts';
import { validateQuery } from '../platform/validate.ts';
import { findActiveProduct, listProducts as selectProducts, positionOf } from './repository.ts';
import { ProductQuery } from './schemas.ts';

export function createCatalogRouter({ db, cursors }: Dependencies): Router {
  const router = Router(EXACT);
  const cacheable = cacheControl('no-cache');
  router.route('/products').all(cacheable).get(listProducts).all(methodNotAllowed);
  router.route('/products/:sku').all(cacheable).get(getProduct).all(methodNotAllowed);
  return router;

  async function listProducts(req: Request, res: Response): Promise<void> {
    const query = validateQuery(ProductQuery, req);
    const { q, category, price_min, price_max, in_stock } = req.query;
    const scope: Scope = {
      resource: 'products',
      sort: query.sort,
      filters: [q, category, price_min, price_max, in_stock],
    };
    const after = query.cursor === undefined ? undefined : cursors.open(scope, query.cursor);
    const rows = await selectProducts(db, query, after);
    res.json(cursors.page(req, res, rows, query.limit, scope, (row) => positionOf(query.sort, row)));
  }

  async function getProduct(req: Request<{ sku: string }>, res: Response): Promise<void> {
    const product = await findActiveProduct(db, skuOf(req));
    if (!product) throw new Problem('not_found');
    res.set('ETag', etag(product.version));
    if (isNotModified(req, product.version)) res.status(304).end();
    else res.json(product);
  }
}
