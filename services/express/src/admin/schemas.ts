import { z } from 'zod';
import { AttributesPatch } from '../catalog/attributes.ts';
import { MAX_STOCK, ProductInput } from '../catalog/schemas.ts';
import { CouponCode, integer, Timestamp } from '../platform/schemas.ts';

export const ProductCreate = ProductInput.extend({ stock: integer(0, MAX_STOCK).default(0) });

const { name, description, category, price, tax_rate_bp } = ProductInput.shape;
export const ProductPatch = z
  .strictObject({ name, description: description.unwrap(), category, price, tax_rate_bp, attributes: AttributesPatch })
  .partial();
export type ProductPatch = z.output<typeof ProductPatch>;

export const StockAdjustment = z.strictObject({
  delta: integer(-100_000, 100_000).refine((delta) => delta !== 0, { params: { code: 'out_of_range' } }),
});

export const CouponCreate = z
  .strictObject({
    code: CouponCode,
    percent_bp: integer(1, 10_000),
    min_subtotal: integer(0, 9_900_000_000).default(0),
    max_redemptions: integer(1, 1_000_000).nullable().default(null),
    starts_at: Timestamp.nullable().default(null),
    ends_at: Timestamp.nullable().default(null),
  })
  .refine(({ starts_at, ends_at }) => !starts_at || !ends_at || starts_at < ends_at, {
    path: ['ends_at'],
    params: { code: 'out_of_range' },
    when: ({ value }) => hasWindow(value), // also beside faults of other members
  });

function hasWindow(value: unknown): boolean {
  const { starts_at, ends_at } = value as Record<string, unknown>;
  return starts_at instanceof Date && ends_at instanceof Date;
}
