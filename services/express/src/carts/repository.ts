import { sql } from 'kysely';
import { FOREIGN_KEY, failedWith, type Database } from '../platform/database.ts';
import { Problem } from '../platform/problem.ts';
import { price } from './pricing.ts';

const MAX_LINES = 20;
// A literal: PostgreSQL finds no partial index by a parameter, and takes none for a conflict.
const OPEN = sql.lit<'open' | null>('open');

export interface Cart {
  currency: 'EUR';
  lines: CartLine[];
  coupon: { code: string; applied: boolean; reason: string | null } | null;
  subtotal: number;
  discount: number;
  tax: number;
  shipping: number;
  total: number;
}

export interface CartLine {
  sku: string;
  name: string;
  unit_price: number;
  quantity: number;
  line_total: number;
  discount: number;
  tax_rate_bp: number;
  tax: number;
  available: boolean;
  in_stock: boolean;
}

/** The user's open cart at today's prices, or an empty one; `stocks` are those of its lines. */
export async function readCart(db: Database, userId: string): Promise<{ cart: Cart; stocks: number[] }> {
  const header = await findOpenCart(db, userId);
  const rows = header ? await listLines(db, header.id) : [];
  const { percent_bp, min_subtotal, reason } = header ?? {};
  const usable = typeof percent_bp === 'number' && typeof min_subtotal === 'number' && reason === null;
  const totals = price(rows, usable ? { percent_bp, min_subtotal } : undefined);
  const { applied, lines, ...figures } = totals;
  const cart: Cart = {
    currency: 'EUR',
    lines: rows.map(({ stock, ...row }, index) => ({
      sku: row.sku,
      name: row.name,
      unit_price: row.unit_price,
      quantity: row.quantity,
      line_total: lines[index]?.line_total ?? 0,
      discount: lines[index]?.discount ?? 0,
      tax_rate_bp: row.tax_rate_bp,
      tax: lines[index]?.tax ?? 0,
      available: row.available,
      in_stock: stock >= row.quantity,
    })),
    coupon: header?.code ? { code: header.code, applied, reason: applied ? null : (reason ?? 'min_subtotal') } : null,
    ...figures,
  };
  return { cart, stocks: rows.map((row) => row.stock) };
}

/** `reason` is the first of CART-6 that holds. The time is the statement's: its transaction may have waited for locks. */
function findOpenCart(db: Database, userId: string) {
  return db
    .selectFrom('carts')
    .leftJoin('coupons', 'coupons.id', 'carts.coupon_id')
    .where('carts.user_id', '=', userId)
    .where('carts.status', '=', OPEN)
    .select((eb) => [
      'carts.id',
      'coupons.code',
      'coupons.percent_bp',
      'coupons.min_subtotal',
      eb
        .case()
        .when('coupons.starts_at', '>', sql<Date>`statement_timestamp()`)
        .then('not_started')
        .when('coupons.ends_at', '<=', sql<Date>`statement_timestamp()`)
        .then('expired')
        .when(
          eb.exists(
            eb
              .selectFrom('coupon_redemptions as used')
              .whereRef('used.coupon_id', '=', 'coupons.id')
              .whereRef('used.user_id', '=', 'carts.user_id'),
          ),
        )
        .then('already_used')
        .when('coupons.redeemed', '>=', eb.ref('coupons.max_redemptions'))
        .then('exhausted')
        .end()
        .as('reason'),
    ])
    .executeTakeFirst();
}

function listLines(db: Database, cartId: string) {
  return db
    .selectFrom('cart_items')
    .innerJoin('products', 'products.id', 'cart_items.product_id')
    .where('cart_items.cart_id', '=', cartId)
    .select(['products.sku', 'products.name', 'products.price as unit_price', 'cart_items.quantity'])
    .select(['products.tax_rate_bp', 'products.active as available', 'products.stock'])
    .orderBy('products.sku')
    .execute();
}

export interface LockedCart {
  id: string;
  coupon_id: string | null;
}

export function lockOpenCart(trx: Database, userId: string): Promise<LockedCart | undefined> {
  return trx
    .selectFrom('carts')
    .select(['id', 'coupon_id'])
    .where('user_id', '=', userId)
    .where('status', '=', OPEN)
    .forUpdate()
    .executeTakeFirst();
}

/** A checkout that closes the cart while this waits for it leaves no open one: then it looks again. */
export async function lockOrOpenCart(trx: Database, userId: string): Promise<LockedCart> {
  for (;;) {
    const cart = await lockOpenCart(trx, userId);
    if (cart) return cart;
    try {
      await trx
        .insertInto('carts')
        .values({ user_id: userId, coupon_id: null })
        .onConflict((conflict) => conflict.column('user_id').where('status', '=', OPEN).doNothing())
        .execute();
    } catch (error) {
      if (failedWith(error, FOREIGN_KEY)) throw new Problem('unauthenticated'); // the user is gone
      throw error;
    }
  }
}

/** False if the cart is full of other lines. */
export async function putItem(trx: Database, cartId: string, productId: string, quantity: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('cart_items')
    .columns(['cart_id', 'product_id', 'quantity'])
    .expression(
      trx
        .selectNoFrom([
          sql<string>`${cartId}::uuid`.as('cart_id'),
          sql<string>`${productId}::uuid`.as('product_id'),
          sql<number>`${quantity}::integer`.as('quantity'),
        ])
        .where((eb) =>
          eb
            .selectFrom('cart_items as other')
            .where('other.cart_id', '=', cartId)
            .where('other.product_id', '<>', productId)
            .select(sql<boolean>`${eb.fn.countAll()} < ${sql.lit(MAX_LINES)}`.as('room')),
        ),
    )
    .onConflict((conflict) =>
      conflict.constraint('cart_items_product_key').doUpdateSet((eb) => ({ quantity: eb.ref('excluded.quantity') })),
    )
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function deleteItem(trx: Database, cartId: string, sku: string): Promise<void> {
  await trx
    .deleteFrom('cart_items')
    .using('products')
    .where('cart_items.cart_id', '=', cartId)
    .whereRef('products.id', '=', 'cart_items.product_id')
    .where('products.sku', '=', sku)
    .execute();
}

/** False if no coupon has the code. */
export async function attachCoupon(trx: Database, cartId: string, code: string): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('carts')
    .from('coupons')
    .set((eb) => ({ coupon_id: eb.ref('coupons.id'), updated_at: sql<Date>`now()` }))
    .where('carts.id', '=', cartId)
    .where('coupons.code', '=', code)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function detachCoupon(trx: Database, cartId: string): Promise<void> {
  await trx
    .updateTable('carts')
    .set({ coupon_id: null, updated_at: sql<Date>`now()` })
    .where('id', '=', cartId)
    .execute();
}
