import { sql, type ExpressionBuilder } from 'kysely';
import type { Database } from '../platform/database.ts';
import { parseIntegerKey, parseTimeKey, timeKey, type Position } from '../platform/paging.ts';
import { Problem } from '../platform/problem.ts';
import { charactersIn } from '../platform/schemas.ts';
import type { Product, Tables } from '../platform/tables.ts';
import type { ProductQuery } from './schemas.ts';

/** The members of the contract's Product, in its order: a row is the resource. */
export const PRODUCT = [
  'id',
  'sku',
  'name',
  'description',
  'category',
  'price',
  'tax_rate_bp',
  'attributes',
  'stock',
  'active',
  'version',
  'created_at',
  'updated_at',
] as const;

/** A literal, by which PostgreSQL finds the partial indexes. */
const ACTIVE = sql.lit(true);

export function findActiveProduct(db: Database, sku: string): Promise<Product | undefined> {
  return db
    .selectFrom('products')
    .select(PRODUCT)
    .where('sku', '=', sku)
    .where('active', '=', ACTIVE)
    .executeTakeFirst();
}

interface Order {
  column: 'created_at' | 'price' | 'name';
  direction: 'asc' | 'desc';
  keyOf: (row: Product) => string;
  parse: (key: string) => Date | number | string;
}

const byPrice = {
  column: 'price',
  keyOf: (row: Product) => String(row.price),
  parse: (key: string) => parseIntegerKey(key, 9_999_999_999),
} as const;

/** Each is one of the partial indexes of schema.sql, read from a position on. */
const ORDERS: Record<ProductQuery['sort'], Order> = {
  newest: { column: 'created_at', direction: 'desc', keyOf: (row) => timeKey(row.created_at), parse: parseTimeKey },
  price: { ...byPrice, direction: 'asc' },
  '-price': { ...byPrice, direction: 'desc' },
  name: { column: 'name', direction: 'asc', keyOf: (row) => row.name, parse: parseName },
};

function parseName(key: string): string {
  const length = charactersIn(key);
  if (length < 1 || length > 120 || key.includes('\0')) throw new Problem('invalid_cursor');
  return key;
}

export function positionOf(sort: ProductQuery['sort'], row: Product): Position {
  return { key: ORDERS[sort].keyOf(row), id: row.id };
}

type Products = ExpressionBuilder<Tables, 'products'>;
const ILIKE = (pattern: string) => (eb: Products) => eb.or([eb('name', 'ilike', pattern), eb('sku', 'ilike', pattern)]);

/** One row more than the limit, if there is one. The text has the filters of this request alone. */
export function listProducts(db: Database, query: ProductQuery, after: Position | undefined): Promise<Product[]> {
  const { column, direction, parse } = ORDERS[query.sort];
  const sorted = column === 'name' ? sql<string>`name collate "C"` : sql.ref<Date | number>(column);
  let select = db.selectFrom('products').select(PRODUCT).where('active', '=', ACTIVE);
  if (query.q) select = select.where(ILIKE(`%${query.q.replace(/[\\%_]/g, '\\$&')}%`));
  if (query.category !== undefined) select = select.where('category', '=', query.category);
  if (query.price_min !== undefined) select = select.where('price', '>=', query.price_min);
  if (query.price_max !== undefined) select = select.where('price', '<=', query.price_max);
  if (query.in_stock !== undefined) select = select.where('stock', query.in_stock === 'true' ? '>' : '=', 0);
  if (after) {
    const compared = sql.raw(direction === 'asc' ? '>' : '<');
    select = select.where(sql<boolean>`(${sorted}, id) ${compared} (${parse(after.key)}, ${after.id}::uuid)`);
  }
  return select
    .orderBy(sorted, direction)
    .orderBy('id', direction)
    .limit(query.limit + 1)
    .execute();
}
