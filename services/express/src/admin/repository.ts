import { sql } from 'kysely';
import type { z } from 'zod';
import type { Attributes } from '../catalog/attributes.ts';
import { PRODUCT } from '../catalog/repository.ts';
import { MAX_STOCK } from '../catalog/schemas.ts';
import type { Database } from '../platform/database.ts';
import type { Product } from '../platform/tables.ts';
import type { CouponCreate, ProductCreate, ProductPatch } from './schemas.ts';

/** Undefined if the sku is taken. */
export function createProduct(db: Database, input: z.output<typeof ProductCreate>): Promise<Product | undefined> {
  return db
    .insertInto('products')
    .values({ ...input, attributes: JSON.stringify(input.attributes) })
    .onConflict((conflict) => conflict.column('sku').doNothing())
    .returning(PRODUCT)
    .executeTakeFirst();
}

export function lockActiveProduct(trx: Database, sku: string): Promise<Product | undefined> {
  return trx
    .selectFrom('products')
    .select(PRODUCT)
    .where('sku', '=', sku)
    .where('active', '=', true)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** One UPDATE; the trigger gives a new version if anything has changed. */
export function updateProduct(
  trx: Database,
  id: string,
  { attributes, ...patch }: ProductPatch & { attributes: Attributes },
): Promise<Product> {
  return trx
    .updateTable('products')
    .set({ ...patch, attributes: JSON.stringify(attributes) })
    .where('id', '=', id)
    .returning(PRODUCT)
    .executeTakeFirstOrThrow();
}

export async function archiveProduct(trx: Database, id: string): Promise<void> {
  await trx.updateTable('products').set({ active: false }).where('id', '=', id).execute();
}

/** Undefined if there is no such product, or no room: stock above the limit may only fall. */
export function addStock(db: Database, sku: string, delta: number): Promise<Product | undefined> {
  const next = sql<number>`stock + ${delta}::integer`;
  return db
    .updateTable('products')
    .set({ stock: next })
    .where('sku', '=', sku)
    .where('active', '=', true)
    .where(next, '>=', 0)
    .$if(delta > 0, (query) => query.where(next, '<=', MAX_STOCK))
    .returning(PRODUCT)
    .executeTakeFirst();
}

/** Undefined if the code is taken. */
export function createCoupon(db: Database, { starts_at, ...coupon }: z.output<typeof CouponCreate>) {
  return db
    .insertInto('coupons')
    .values({ ...coupon, starts_at: starts_at ?? sql<Date>`now()` })
    .onConflict((conflict) => conflict.column('code').doNothing())
    .returning(['code', 'percent_bp', 'min_subtotal', 'max_redemptions', 'redeemed', 'starts_at', 'ends_at'])
    .executeTakeFirst();
}
