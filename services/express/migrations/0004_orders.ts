import { sql, type Kysely } from 'kysely';

const uuid = sql`gen_random_uuid()`;
const instant = sql`timestamptz(3)`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('orders')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(uuid))
    .addColumn('user_id', 'uuid', (column) => column.notNull().references('users.id'))
    .addColumn('cart_id', 'uuid', (column) => column.notNull().references('carts.id'))
    .addColumn('status', 'text', (column) => column.notNull().defaultTo('pending'))
    .addColumn('payment_status', 'text', (column) => column.notNull().defaultTo('none'))
    .addColumn('currency', 'text', (column) => column.notNull().defaultTo('EUR'))
    .addColumn('coupon_code', 'text')
    .addColumn('subtotal', 'bigint', (column) => column.notNull())
    .addColumn('discount', 'bigint', (column) => column.notNull())
    .addColumn('tax', 'bigint', (column) => column.notNull())
    .addColumn('shipping', 'bigint', (column) => column.notNull())
    .addColumn('total', 'bigint', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull().defaultTo(1))
    .addColumn('created_at', instant, (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', instant, (column) => column.notNull().defaultTo(sql`now()`))
    .addUniqueConstraint('orders_cart_key', ['cart_id'])
    .addCheckConstraint(
      'orders_status_ck',
      sql`status in ('pending', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded')`,
    )
    .addCheckConstraint('orders_payment_status_ck', sql`payment_status in ('none', 'failed', 'succeeded', 'refunded')`)
    .addCheckConstraint('orders_currency_ck', sql`currency = 'EUR'`)
    .addCheckConstraint(
      'orders_total_ck',
      sql`subtotal >= 0 and discount between 0 and subtotal and tax >= 0 and shipping >= 0
          and total = subtotal - discount + tax + shipping`,
    )
    .execute();
  await db.schema
    .createIndex('orders_user_idx')
    .on('orders')
    .columns(['user_id', 'created_at desc', 'id desc'])
    .execute();
  await db.schema.createIndex('orders_new_idx').on('orders').columns(['created_at desc', 'id desc']).execute();

  await db.schema
    .createTable('order_items')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(uuid))
    .addColumn('order_id', 'uuid', (column) => column.notNull().references('orders.id').onDelete('cascade'))
    .addColumn('product_id', 'uuid', (column) => column.notNull().references('products.id'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('sku', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('unit_price', 'bigint', (column) => column.notNull())
    .addColumn('quantity', 'integer', (column) => column.notNull())
    .addColumn('discount', 'bigint', (column) => column.notNull())
    .addColumn('tax_rate_bp', 'integer', (column) => column.notNull())
    .addColumn('tax', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('order_items_pos_key', ['order_id', 'position'])
    .addCheckConstraint('order_items_quantity_ck', sql`quantity between 1 and 99`)
    .execute();

  await db.schema
    .createTable('coupon_redemptions')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(uuid))
    .addColumn('coupon_id', 'uuid', (column) => column.notNull().references('coupons.id'))
    .addColumn('user_id', 'uuid', (column) => column.notNull().references('users.id'))
    .addColumn('order_id', 'uuid', (column) => column.notNull().references('orders.id'))
    .addUniqueConstraint('coupon_redemptions_order_key', ['order_id'])
    .addUniqueConstraint('coupon_once_per_user', ['coupon_id', 'user_id'])
    .execute();
}
