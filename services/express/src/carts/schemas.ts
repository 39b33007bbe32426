import { z } from 'zod';
import { CouponCode, integer } from '../platform/schemas.ts';

export const CartItem = z.strictObject({ quantity: integer(1, 99) });
export const CartCoupon = z.strictObject({ code: CouponCode });
