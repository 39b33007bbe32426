import { z } from 'zod';

// Rules that several features share. Zod's own lengths count UTF-16 units; the contract counts characters.

/** Code points; `length` counts units of UTF-16. */
export const charactersIn = (value: string): number => Array.from(value).length;

/** A string of so many characters, without what PostgreSQL cannot store: U+0000 and lone surrogates. */
export function text(min: number, max: number) {
  return z
    .string()
    .regex(/^[^\0\p{Surrogate}]*$/u)
    .superRefine((value, context) => {
      if (value.length <= max && value.length >= 2 * min) return;
      const length = charactersIn(value);
      if (length < min) context.addIssue({ code: 'too_small', origin: 'string', minimum: min, input: value });
      if (length > max) context.addIssue({ code: 'too_big', origin: 'string', maximum: max, input: value });
    });
}

/** An integer; all bounds of the contract are exact in a double. */
export const integer = (min: number, max: number) => z.int().min(min).max(max);

export const SKU = /^[A-Z0-9][A-Z0-9-]{0,31}$/;
export const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

export const Email = z
  .string()
  .regex(/^(?=.{0,254}$)[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}$/)
  .toLowerCase();

export const CouponCode = z
  .string()
  .regex(/^[A-Za-z0-9]{3,20}$/)
  .toUpperCase();

export const ORDER_STATUSES = ['pending', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded'] as const;
export const OrderStatus = z.enum(ORDER_STATUSES);

/** JSON-8; `Date` alone would take the 30th of February for the second of March. */
export const Timestamp = z
  .string()
  .regex(/^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  .transform((written, context) => {
    const moment = new Date(written);
    if (!Number.isNaN(moment.getTime()) && moment.toISOString() === written) return moment;
    context.addIssue({ code: 'invalid_format', format: 'datetime', input: written });
    return z.NEVER;
  });
