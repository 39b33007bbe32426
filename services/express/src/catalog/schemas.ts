import { z } from 'zod';
import { PageQuery } from '../platform/paging.ts';
import { integer, SKU, text } from '../platform/schemas.ts';
import { Attributes } from './attributes.ts';

export const MAX_STOCK = 1_000_000;

const Category = z.string().regex(/^[a-z0-9-]{1,40}$/);

/** What a client says of a product; features pick what they take. */
export const ProductInput = z.strictObject({
  sku: z.string().regex(SKU),
  name: text(1, 120),
  description: text(0, 4000).nullable().default(null),
  category: Category,
  price: integer(1, 5_000_000),
  tax_rate_bp: integer(0, 5000),
  attributes: Attributes.default({}),
});

const PriceBound = z
  .string()
  .regex(/^(0|[1-9]\d{0,9})$/)
  .transform(Number);

export const ProductQuery = z.strictObject({
  q: text(0, 64).optional(),
  category: Category.optional(),
  price_min: PriceBound.optional(),
  price_max: PriceBound.optional(),
  in_stock: z.enum(['true', 'false']).optional(),
  sort: z.enum(['newest', 'price', '-price', 'name']).default('newest'),
  ...PageQuery,
});
export type ProductQuery = z.output<typeof ProductQuery>;
