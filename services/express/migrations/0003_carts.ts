import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('carts')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('user_id', 'uuid', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('coupon_id', 'uuid', (column) => column.references('coupons.id'))
    .addColumn('status', 'text', (column) => column.notNull().defaultTo('open'))
    .addColumn('updated_at', sql`timestamptz(3)`, (column) => column.notNull().defaultTo(sql`now()`))
    .addCheckConstraint('carts_status_ck', sql`status in ('open', 'ordered')`)
    .execute();
  await sql`create unique index carts_one_open on carts (user_id) where status = 'open'`.execute(db);

  await db.schema
    .createTable('cart_items')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('cart_id', 'uuid', (column) => column.notNull().references('carts.id').onDelete('cascade'))
    .addColumn('product_id', 'uuid', (column) => column.notNull().references('products.id'))
    .addColumn('quantity', 'integer', (column) => column.notNull())
    .addUniqueConstraint('cart_items_product_key', ['cart_id', 'product_id'])
    .addCheckConstraint('cart_items_quantity_ck', sql`quantity between 1 and 99`)
    .execute();
}
