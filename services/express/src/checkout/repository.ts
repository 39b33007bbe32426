import { sql } from 'kysely';
import type { Cart, LockedCart } from '../carts/repository.ts';
import type { Database } from '../platform/database.ts';
import { ORDER, ORDER_ITEM, type Order, type OrderItem } from '../platform/tables.ts';

/** False if a request with the same key runs. The lock ends with the transaction. */
export async function tryLockKey(trx: Database, userId: string, key: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`idem:${userId}:${key}`}, 0)) as locked`.execute(trx);
  return rows[0]?.locked ?? false;
}

export function findAnswer(trx: Database, userId: string, key: string) {
  return trx
    .selectFrom('idempotency_keys')
    .select(['fingerprint', 'response_location as location', 'response_body as body'])
    .where('user_id', '=', userId)
    .where('idem_key', '=', key)
    .executeTakeFirst();
}

export interface Answer {
  user_id: string;
  idem_key: string;
  fingerprint: string;
  response_location: string;
  response_body: string;
}

export async function storeAnswer(trx: Database, answer: Answer): Promise<void> {
  await trx
    .insertInto('idempotency_keys')
    .values({ ...answer, response_status: 201 })
    .execute();
}

export async function lockCoupon(trx: Database, id: string): Promise<void> {
  await trx.selectFrom('coupons').select('id').where('id', '=', id).forNoKeyUpdate().execute();
}

export async function lockProducts(trx: Database, cartId: string): Promise<void> {
  await trx
    .selectFrom('products')
    .select('id')
    .where('id', 'in', (eb) => eb.selectFrom('cart_items').select('product_id').where('cart_id', '=', cartId))
    .orderBy('sku')
    .forNoKeyUpdate()
    .execute();
}

export async function takeStock(trx: Database, cartId: string): Promise<void> {
  await trx
    .updateTable('products')
    .from('cart_items as item')
    .set((eb) => ({ stock: eb('products.stock', '-', eb.ref('item.quantity')) }))
    .where('item.cart_id', '=', cartId)
    .whereRef('products.id', '=', 'item.product_id')
    .execute();
}

export function createOrder(trx: Database, userId: string, { id }: LockedCart, cart: Cart): Promise<Order> {
  const { currency, subtotal, discount, tax, shipping, total, coupon } = cart;
  return trx
    .insertInto('orders')
    .values({
      user_id: userId,
      cart_id: id,
      coupon_code: coupon?.code ?? null,
      currency,
      subtotal,
      discount,
      tax,
      shipping,
      total,
    })
    .returning(ORDER)
    .executeTakeFirstOrThrow();
}

const FIGURES = ['discount', 'tax'] as const;

/** Keeps what the locked products are now; discounts and taxes stand in order of sku. */
export function createItems(trx: Database, orderId: string, cartId: string, cart: Cart): Promise<OrderItem[]> {
  const discounts = cart.lines.map((line) => line.discount);
  const taxes = cart.lines.map((line) => line.tax);
  return trx
    .with('line', (cte) =>
      cte
        .selectFrom('cart_items as item')
        .innerJoin('products as product', 'product.id', 'item.product_id')
        .where('item.cart_id', '=', cartId)
        .select(['item.product_id', 'item.quantity', 'product.sku', 'product.name', 'product.price'])
        .select('product.tax_rate_bp')
        .select((eb) =>
          eb.fn
            .agg<number>('row_number')
            .over((over) => over.orderBy('product.sku'))
            .as('position'),
        ),
    )
    .insertInto('order_items')
    .columns(['order_id', 'product_id', 'position', 'sku', 'name', 'unit_price', 'quantity', 'tax_rate_bp', ...FIGURES])
    .expression((eb) =>
      eb
        .selectFrom('line')
        .select([sql<string>`${orderId}::uuid`.as('order_id'), 'product_id', 'position', 'sku', 'name', 'price'])
        .select(['quantity', 'tax_rate_bp'])
        .select([
          sql<number>`(${discounts}::bigint[])[position]`.as('discount'),
          sql<number>`(${taxes}::bigint[])[position]`.as('tax'),
        ])
        .orderBy('position'),
    )
    .returning(ORDER_ITEM)
    .execute();
}

export async function redeemCoupon(trx: Database, coupon_id: string, user_id: string, order_id: string): Promise<void> {
  await trx
    .updateTable('coupons')
    .set((eb) => ({ redeemed: eb('redeemed', '+', 1) }))
    .where('id', '=', coupon_id)
    .execute();
  await trx.insertInto('coupon_redemptions').values({ coupon_id, user_id, order_id }).execute();
}

export async function closeCart(trx: Database, id: string): Promise<void> {
  await trx
    .updateTable('carts')
    .set({ status: 'ordered', updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
}
