import { lockOpenCart, readCart, type Cart } from '../carts/repository.ts';
import { toResource } from '../orders/repository.ts';
import type { Database } from '../platform/database.ts';
import { Problem } from '../platform/problem.ts';
import * as repository from './repository.ts';

export interface Order {
  userId: string;
  key: string;
  fingerprint: string;
  expectedTotal: number;
}

export interface Placed {
  location: string;
  /** The bytes that are answered, now and to whoever repeats the request. */
  body: string;
  replayed: boolean;
}

/** Turns the open cart into an order, once for each key. Locks are taken in the order of DB-3. */
export function placeOrder(db: Database, order: Order): Promise<Placed> {
  const { userId, key, fingerprint } = order;
  return db.transaction().execute(async (trx) => {
    if (!(await repository.tryLockKey(trx, userId, key))) throw new Problem('idempotency_in_progress');
    const stored = await repository.findAnswer(trx, userId, key);
    if (stored) {
      if (stored.fingerprint !== fingerprint) throw new Problem('idempotency_key_reused');
      return { location: stored.location ?? '', body: stored.body, replayed: true };
    }
    const resource = await orderCart(trx, order);
    const location = `/orders/${resource.id}`;
    const body = JSON.stringify(resource);
    await repository.storeAnswer(trx, {
      user_id: userId,
      idem_key: key,
      fingerprint,
      response_location: location,
      response_body: body,
    });
    return { location, body, replayed: false };
  });
}

async function orderCart(trx: Database, { userId, expectedTotal }: Order) {
  const locked = await lockOpenCart(trx, userId);
  if (!locked) throw new Problem('cart_empty');
  if (locked.coupon_id !== null) await repository.lockCoupon(trx, locked.coupon_id);
  await repository.lockProducts(trx, locked.id);
  // Read after the locks: a statement sees what others have committed while this one waited.
  const { cart, stocks } = await readCart(trx, userId);
  judge(cart, stocks, expectedTotal);

  await repository.takeStock(trx, locked.id);
  const order = await repository.createOrder(trx, userId, locked, cart);
  const items = await repository.createItems(trx, order.id, locked.id, cart);
  if (locked.coupon_id !== null) await repository.redeemCoupon(trx, locked.coupon_id, userId, order.id);
  await repository.closeCart(trx, locked.id);
  return toResource(order, items);
}

/** The rest of CHECKOUT-5: the first that holds. */
function judge(cart: Cart, stocks: number[], expectedTotal: number): void {
  if (cart.lines.length === 0) throw new Problem('cart_empty');
  const lines = cart.lines.map(({ sku, quantity, available, in_stock }, index) => ({
    available,
    in_stock,
    fault: { sku, requested: quantity, available: available ? (stocks[index] ?? 0) : 0 },
  }));
  const archived = lines.filter((line) => !line.available).map((line) => line.fault);
  if (archived.length > 0) throw new Problem('product_unavailable', { members: { lines: archived } });
  const short = lines.filter((line) => !line.in_stock).map((line) => line.fault);
  if (short.length > 0) throw new Problem('insufficient_stock', { members: { lines: short } });
  if (cart.coupon && !cart.coupon.applied) throw new Problem('coupon_not_applicable');
  if (cart.total !== expectedTotal) throw new Problem('total_changed', { members: { total: cart.total } });
}
