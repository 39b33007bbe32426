import type { Database } from '../platform/database.ts';
import { Problem } from '../platform/problem.ts';
import type { OrderStatus, PaymentStatus } from '../platform/tables.ts';
import { PaymentEvent } from './schemas.ts';

export type Result = 'applied' | 'ignored' | 'duplicate';

const REACHED = {
  'payment.failed': 'failed',
  'payment.succeeded': 'succeeded',
  'payment.refunded': 'refunded',
} as const satisfies Record<PaymentEvent['type'], PaymentStatus>;
const RISING: PaymentStatus[] = ['none', 'failed', 'succeeded', 'refunded'];

/** Takes an event, once for each id: of several deliveries at once the others wait here for the first one's end. */
export function receive(db: Database, id: string, type: string, event: unknown): Promise<Result> {
  return db.transaction().execute(async (trx) => {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('webhook_events')
      .values({ id, type })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) return 'duplicate';
    if (!(type in REACHED)) return 'ignored';
    const payment = PaymentEvent.safeParse(event);
    if (!payment.success) throw new Problem('webhook_rejected');
    if (!(await apply(trx, payment.data))) return 'ignored';
    await trx.updateTable('webhook_events').set({ result: 'applied' }).where('id', '=', id).execute();
    return 'applied';
  });
}

/** False if the order has seen this or more: any order of the same events has the same end. */
async function apply(trx: Database, { type, data }: PaymentEvent): Promise<boolean> {
  const order = await trx
    .selectFrom('orders')
    .select(['status', 'payment_status', 'total'])
    .where('id', '=', data.order_id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (order?.total !== data.amount) throw new Problem('webhook_rejected');
  const payment_status = REACHED[type];
  if (RISING.indexOf(payment_status) <= RISING.indexOf(order.payment_status)) return false;
  const status = statusAfter(payment_status, order.status);
  await trx.updateTable('orders').set({ status, payment_status }).where('id', '=', data.order_id).execute();
  return true;
}

function statusAfter(payment: PaymentStatus, status: OrderStatus): OrderStatus {
  if (payment === 'refunded') return 'refunded';
  return payment === 'succeeded' && status === 'pending' ? 'paid' : status;
}
