import { sql, type SelectQueryBuilder } from 'kysely';
import type { Caller } from '../platform/auth.ts';
import type { Database } from '../platform/database.ts';
import { parseTimeKey, timeKey, type Position } from '../platform/paging.ts';
import { ORDER, ORDER_ITEM, type Order, type OrderItem, type OrderStatus, type Tables } from '../platform/tables.ts';

export const positionOf = (row: Order): Position => ({ key: timeKey(row.created_at), id: row.id });

/** The contract's Order: a row and its items in order of position. */
export function toResource(row: Order, items: OrderItem[]) {
  const { id, user_id, status, payment_status, currency, coupon_code } = row;
  const { subtotal, discount, tax, shipping, total, version, created_at, updated_at } = row;
  return {
    id,
    user_id,
    status,
    payment_status,
    refund_due: status === 'cancelled' && payment_status === 'succeeded',
    currency,
    coupon_code,
    lines: items.map((item) => ({
      sku: item.sku,
      name: item.name,
      unit_price: item.unit_price,
      quantity: item.quantity,
      line_total: item.unit_price * item.quantity,
      discount: item.discount,
      tax_rate_bp: item.tax_rate_bp,
      tax: item.tax,
    })),
    subtotal,
    discount,
    tax,
    shipping,
    total,
    version,
    created_at,
    updated_at,
  };
}
export type OrderResource = ReturnType<typeof toResource>;

/** One query for the items of all rows. */
export async function withItems(db: Database, rows: Order[]): Promise<OrderResource[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const items = await db
    .selectFrom('order_items')
    .select(ORDER_ITEM)
    .where('order_id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('order_id')
    .orderBy('position')
    .execute();
  const byOrder = Map.groupBy(items, (item) => item.order_id);
  return rows.map((row) => toResource(row, byOrder.get(row.id) ?? []));
}

type Orders<O> = SelectQueryBuilder<Tables, 'orders', O>;

/** An administrator sees all orders. Others get a condition of their own, so that each text has its index. */
const visibleTo = <O>(query: Orders<O>, caller: Caller) =>
  caller.isAdmin ? query : query.where('user_id', '=', caller.id);

export function listOrders(
  db: Database,
  caller: Caller,
  { status, limit }: { status: OrderStatus | undefined; limit: number },
  after: Position | undefined,
): Promise<Order[]> {
  let query = visibleTo(db.selectFrom('orders').select(ORDER), caller);
  if (status) query = query.where('status', '=', status);
  if (after) query = query.where(sql<boolean>`(created_at, id) < (${parseTimeKey(after.key)}, ${after.id}::uuid)`);
  return query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
}

export function findOrder(db: Database, id: string, caller: Caller): Promise<Order | undefined> {
  return visibleTo(db.selectFrom('orders').select(ORDER), caller).where('id', '=', id).executeTakeFirst();
}

export function lockOrder(trx: Database, id: string, caller: Caller): Promise<Order | undefined> {
  return visibleTo(trx.selectFrom('orders').select(ORDER), caller)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

export function setStatus(trx: Database, id: string, status: OrderStatus): Promise<Order> {
  return trx.updateTable('orders').set({ status }).where('id', '=', id).returning(ORDER).executeTakeFirstOrThrow();
}

/** Locks the products in order of sku first, as every transaction that changes several does (DB-3). */
export async function giveStockBack(trx: Database, orderId: string): Promise<void> {
  await trx
    .selectFrom('products')
    .select('id')
    .where('id', 'in', (eb) => eb.selectFrom('order_items').select('product_id').where('order_id', '=', orderId))
    .orderBy('sku')
    .forNoKeyUpdate()
    .execute();
  await trx
    .updateTable('products')
    .from('order_items as item')
    .set((eb) => ({ stock: eb('products.stock', '+', eb.ref('item.quantity')) }))
    .where('item.order_id', '=', orderId)
    .whereRef('products.id', '=', 'item.product_id')
    .execute();
}
