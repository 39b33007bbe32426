import { Router, type Request, type Response } from 'express';
import type { Dependencies } from '../app.ts';
import { findActiveProduct } from '../catalog/repository.ts';
import { callerOf } from '../platform/auth.ts';
import { json } from '../platform/body.ts';
import type { Database } from '../platform/database.ts';
import { methodNotAllowed } from '../platform/errors.ts';
import { EXACT, skuOf } from '../platform/http.ts';
import { Problem } from '../platform/problem.ts';
import { validate } from '../platform/validate.ts';
import { attachCoupon, deleteItem, detachCoupon, lockOrOpenCart, putItem, readCart, type Cart } from './repository.ts';
import { CartCoupon, CartItem } from './schemas.ts';

export function createCartsRouter({ db, auth }: Dependencies): Router {
  const router = Router(EXACT);
  router.route('/cart').all(auth.customer).get(getCart).all(methodNotAllowed);
  router
    .route('/cart/items/:sku')
    .all(auth.customer)
    .put(json, putCartItem)
    .delete(deleteCartItem)
    .all(methodNotAllowed);
  router
    .route('/cart/coupon')
    .all(auth.customer)
    .put(json, putCartCoupon)
    .delete(deleteCartCoupon)
    .all(methodNotAllowed);
  return router;

  async function getCart(req: Request, res: Response): Promise<void> {
    const { cart } = await readCart(db, callerOf(req).id);
    res.json(cart);
  }

  async function putCartItem(req: Request<{ sku: string }>, res: Response): Promise<void> {
    const sku = skuOf(req);
    const { quantity } = validate(CartItem, req.body);
    const cart = await change(req, async (trx, cartId) => {
      const product = await findActiveProduct(trx, sku);
      if (!product) throw new Problem('not_found');
      if (!(await putItem(trx, cartId, product.id, quantity))) throw new Problem('cart_full');
    });
    res.json(cart);
  }

  async function deleteCartItem(req: Request<{ sku: string }>, res: Response): Promise<void> {
    const sku = skuOf(req);
    res.json(await change(req, (trx, cartId) => deleteItem(trx, cartId, sku)));
  }

  async function putCartCoupon(req: Request, res: Response): Promise<void> {
    const { code } = validate(CartCoupon, req.body);
    const cart = await change(req, async (trx, cartId) => {
      if (!(await attachCoupon(trx, cartId, code))) throw new Problem('coupon_not_found');
    });
    res.json(cart);
  }

  async function deleteCartCoupon(req: Request, res: Response): Promise<void> {
    res.json(await change(req, detachCoupon));
  }

  /** Locks the caller's open cart, changes it, and reads what it is then. */
  function change(req: Request<object>, write: (trx: Database, cartId: string) => Promise<void>): Promise<Cart> {
    const { id } = callerOf(req);
    return db.transaction().execute(async (trx) => {
      const locked = await lockOrOpenCart(trx, id);
      await write(trx, locked.id);
      const { cart } = await readCart(trx, id);
      return cart;
    });
  }
}
