import { sql, type Kysely } from 'kysely';

const instant = sql`timestamptz(3)`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('products')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('sku', sql`text collate "C"`, (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('category', 'text', (column) => column.notNull())
    .addColumn('price', 'bigint', (column) => column.notNull())
    .addColumn('tax_rate_bp', 'integer', (column) => column.notNull())
    .addColumn('attributes', 'jsonb', (column) => column.notNull().defaultTo('{}'))
    .addColumn('stock', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('active', 'boolean', (column) => column.notNull().defaultTo(true))
    .addColumn('version', 'bigint', (column) => column.notNull().defaultTo(1))
    .addColumn('created_at', instant, (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('updated_at', instant, (column) => column.notNull().defaultTo(sql`now()`))
    .addUniqueConstraint('products_sku_key', ['sku'])
    .addCheckConstraint('products_sku_ck', sql`sku ~ '^[A-Z0-9][A-Z0-9-]{0,31}$'`)
    .addCheckConstraint('products_name_ck', sql`char_length(name) between 1 and 120`)
    .addCheckConstraint('products_description_ck', sql`char_length(description) <= 4000`)
    .addCheckConstraint('products_category_ck', sql`category ~ '^[a-z0-9-]{1,40}$'`)
    .addCheckConstraint('products_price_ck', sql`price between 1 and 5000000`)
    .addCheckConstraint('products_tax_rate_ck', sql`tax_rate_bp between 0 and 5000`)
    .addCheckConstraint('products_attributes_ck', sql`jsonb_typeof(attributes) = 'object'`)
    .addCheckConstraint('products_stock_ck', sql`stock between 0 and 2000000000`)
    .execute();
  await sql`create index products_new_idx on products (created_at desc, id desc) where active`.execute(db);
  await sql`create index products_price_idx on products (price, id) where active`.execute(db);
  await sql`create index products_name_idx on products (name collate "C", id) where active`.execute(db);
  await sql`create index products_cat_idx on products (category) where active`.execute(db);

  await db.schema
    .createTable('coupons')
    .addColumn('id', 'uuid', (column) => column.primaryKey().defaultTo(sql`gen_random_uuid()`))
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('percent_bp', 'integer', (column) => column.notNull())
    .addColumn('min_subtotal', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('max_redemptions', 'integer')
    .addColumn('redeemed', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('starts_at', instant, (column) => column.notNull().defaultTo(sql`now()`))
    .addColumn('ends_at', instant)
    .addUniqueConstraint('coupons_code_key', ['code'])
    .addCheckConstraint('coupons_code_ck', sql`code ~ '^[A-Z0-9]{3,20}$'`)
    .addCheckConstraint('coupons_percent_ck', sql`percent_bp between 1 and 10000`)
    .addCheckConstraint('coupons_min_subtotal_ck', sql`min_subtotal >= 0`)
    .addCheckConstraint('coupons_max_ck', sql`max_redemptions > 0`)
    .addCheckConstraint(
      'coupons_limit_ck',
      sql`redeemed >= 0 and (max_redemptions is null or redeemed <= max_redemptions)`,
    )
    .addCheckConstraint('coupons_window_ck', sql`ends_at is null or ends_at > starts_at`)
    .execute();
}
