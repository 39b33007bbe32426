import { Router, type Request, type Response } from 'express';
import type { Dependencies } from '../app.ts';
import { callerOf } from '../platform/auth.ts';
import { json } from '../platform/body.ts';
import { methodNotAllowed } from '../platform/errors.ts';
import { etag, isNotModified, requireMatch } from '../platform/etag.ts';
import { cacheControl, EXACT, idOf } from '../platform/http.ts';
import type { Scope } from '../platform/paging.ts';
import { Problem } from '../platform/problem.ts';
import type { Order, OrderStatus } from '../platform/tables.ts';
import { validate, validateQuery } from '../platform/validate.ts';
import {
  findOrder,
  giveStockBack,
  listOrders as selectOrders,
  lockOrder,
  positionOf,
  setStatus,
  withItems,
  type OrderResource,
} from './repository.ts';
import { OrderQuery, Transition } from './schemas.ts';
import { mayMove } from './states.ts';

type OrderRequest = Request<{ id: string }>;

export function createOrdersRouter({ db, auth, cursors }: Dependencies): Router {
  const router = Router(EXACT);
  const cacheable = cacheControl('private, no-cache');
  router.route('/orders').all(cacheable, auth.customer).get(listOrders).all(methodNotAllowed);
  router.route('/orders/:id').all(cacheable, auth.customer).get(getOrder).all(methodNotAllowed);
  router.route('/orders/:id/cancel').all(cacheable, auth.customer).post(cancelOrder).all(methodNotAllowed);
  router
    .route('/admin/orders/:id/transition')
    .all(cacheable, auth.administrator)
    .post(json, transitionOrder)
    .all(methodNotAllowed);
  return router;

  async function listOrders(req: Request, res: Response): Promise<void> {
    const { status, limit, cursor } = validateQuery(OrderQuery, req);
    const scope: Scope = { resource: 'orders', sort: 'newest', filters: [status] };
    const after = cursor === undefined ? undefined : cursors.open(scope, cursor);
    const rows = await selectOrders(db, callerOf(req), { status, limit }, after);
    const { items, next_cursor } = cursors.page(req, res, rows, limit, scope, positionOf);
    res.json({ items: await withItems(db, items), next_cursor });
  }

  async function getOrder(req: OrderRequest, res: Response): Promise<void> {
    const row = await findOrder(db, idOf(req), callerOf(req));
    if (!row) throw new Problem('not_found');
    if (isNotModified(req, row.version)) {
      res.set('ETag', etag(row.version)).status(304).end();
      return;
    }
    send(res, await resourceOf(row));
  }

  async function cancelOrder(req: OrderRequest, res: Response): Promise<void> {
    send(res, await move(req, 'cancelled', () => undefined));
  }

  async function transitionOrder(req: OrderRequest, res: Response): Promise<void> {
    const { to } = validate(Transition, req.body);
    const order = await move(req, to, (row) => {
      requireMatch(req, row.version);
    });
    res.set('Content-Location', `/orders/${order.id}`);
    send(res, order);
  }

  /** Brings an order to another status, under its lock. A cancelled order that is cancelled again stays as it is. */
  function move(req: OrderRequest, to: OrderStatus, precondition: (row: Order) => void): Promise<OrderResource> {
    const id = idOf(req);
    const caller = callerOf(req);
    return db.transaction().execute(async (trx) => {
      const row = await lockOrder(trx, id, caller);
      if (!row) throw new Problem('not_found');
      precondition(row);
      if (row.status === 'cancelled' && to === 'cancelled') return resourceOf(row, trx);
      if (!mayMove(caller, row.status, to)) {
        throw new Problem('invalid_transition', { members: { from: row.status, to } });
      }
      if (to === 'cancelled') await giveStockBack(trx, id);
      return resourceOf(await setStatus(trx, id, to), trx);
    });
  }

  async function resourceOf(row: Order, connection = db): Promise<OrderResource> {
    const [order] = await withItems(connection, [row]);
    if (!order) throw new Error('an order has vanished');
    return order;
  }
}

function send(res: Response, order: OrderResource): void {
  res.set('ETag', etag(order.version)).json(order);
}
