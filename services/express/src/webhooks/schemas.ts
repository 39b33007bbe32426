import { z } from 'zod';
import { integer, text, UUID } from '../platform/schemas.ts';

// Open on purpose: a provider adds members.

export const Event = z.object({ type: text(1, 100) });

export const PaymentEvent = z.object({
  type: z.enum(['payment.failed', 'payment.succeeded', 'payment.refunded']),
  data: z.object({
    order_id: z.string().regex(UUID),
    payment_id: text(1, 200),
    amount: integer(0, Number.MAX_SAFE_INTEGER),
    currency: z.literal('EUR'),
  }),
});
export type PaymentEvent = z.output<typeof PaymentEvent>;
