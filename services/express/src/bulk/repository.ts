import { sql } from 'kysely';
import { PRODUCT } from '../catalog/repository.ts';
import type { Database } from '../platform/database.ts';
import type { Product } from '../platform/tables.ts';

const SET_CHARACTERS = 256 * 1024;
const PAGE = 50;

export interface ImportResult {
  created: number;
  updated: number;
  unchanged: number;
}

/** Upserts rows of JSON in order of sku, a set with each statement: two imports cannot deadlock. */
export async function upsertProducts(trx: Database, rows: Map<string, string>): Promise<ImportResult> {
  let [created, updated] = [0, 0];
  for (const set of setsOf(rows)) {
    const { rows: counts } = await sql<{ created: number; updated: number }>`
      with upserted as (
        insert into products (sku, name, description, category, price, tax_rate_bp, attributes, stock, active)
        select sku, name, description, category, price, tax_rate_bp, attributes, stock, active
        from jsonb_populate_recordset(null::products, ${set}::jsonb)
        order by sku
        on conflict (sku) do update
        set name = excluded.name, description = excluded.description, category = excluded.category,
            price = excluded.price, tax_rate_bp = excluded.tax_rate_bp, attributes = excluded.attributes,
            active = excluded.active
        where (products.name, products.description, products.category, products.price, products.tax_rate_bp,
               products.attributes, products.active)
          is distinct from (excluded.name, excluded.description, excluded.category, excluded.price,
                            excluded.tax_rate_bp, excluded.attributes, excluded.active)
        returning (xmax = 0) as created
      )
      select count(*) filter (where created) as created, count(*) filter (where not created) as updated
      from upserted`.execute(trx);
    created += counts[0]?.created ?? 0;
    updated += counts[0]?.updated ?? 0;
  }
  return { created, updated, unchanged: rows.size - created - updated };
}

function* setsOf(rows: Map<string, string>): Generator<string> {
  let set: string[] = [];
  let size = 0;
  for (const sku of [...rows.keys()].sort()) {
    const row = rows.get(sku) ?? '';
    set.push(row);
    size += row.length;
    if (size < SET_CHARACTERS) continue;
    yield `[${set.join()}]`;
    set = [];
    size = 0;
  }
  if (set.length > 0) yield `[${set.join()}]`;
}

/**
 * Fills a cursor that outlives its statement: a snapshot without a transaction that stays open, however slowly it is read.
 * It ends with its connection.
 */
export async function openExport(connection: Database): Promise<void> {
  const columns = sql.join(PRODUCT.map((name) => sql.ref(name)));
  await sql`declare export cursor with hold for select ${columns} from products order by sku`.execute(connection);
}

/** The products as NDJSON, a piece for each page. */
export async function* exportPages(connection: Database): AsyncGenerator<string> {
  for (;;) {
    const { rows } = await sql<Product>`fetch ${sql.lit(PAGE)} from export`.execute(connection);
    if (rows.length > 0) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    if (rows.length < PAGE) return;
  }
}
