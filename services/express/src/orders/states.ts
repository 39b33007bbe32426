import type { Caller } from '../platform/auth.ts';
import type { OrderStatus } from '../platform/tables.ts';

const BY_ADMINISTRATORS: Partial<Record<OrderStatus, OrderStatus[]>> = {
  pending: ['cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: ['delivered'],
};

/** ORDER-2, but for what webhooks do. */
export function mayMove(caller: Caller, from: OrderStatus, to: OrderStatus): boolean {
  if (!caller.isAdmin) return from === 'pending' && to === 'cancelled';
  return BY_ADMINISTRATORS[from]?.includes(to) ?? false;
}
