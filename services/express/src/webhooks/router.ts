import { Router, type Request, type RequestHandler, type Response } from 'express';
import type { Dependencies } from '../app.ts';
import { bodyOf, bytes, parseDocument } from '../platform/body.ts';
import { methodNotAllowed } from '../platform/errors.ts';
import { EXACT } from '../platform/http.ts';
import { Problem } from '../platform/problem.ts';
import { receive } from './payments.ts';
import { Event } from './schemas.ts';
import { verifiedId } from './signature.ts';

/** The signature is that of the bytes as they come, whatever a header says of them. */
const ignoreCoding: RequestHandler = (req, _res, next) => {
  delete req.headers['content-encoding'];
  next();
};

export function createWebhooksRouter({ db, config }: Dependencies): Router {
  const router = Router(EXACT);
  router.route('/webhooks/payments').post(ignoreCoding, bytes, paymentWebhook).all(methodNotAllowed);
  return router;

  async function paymentWebhook(req: Request, res: Response): Promise<void> {
    const body = bodyOf(req);
    const id = verifiedId(req, body, config.WEBHOOK_SECRET, Math.floor(Date.now() / 1000));
    if (id === undefined) throw new Problem('webhook_verification_failed');
    const document = parseDocument(body);
    const event = Event.safeParse(document);
    if (!event.success) throw new Problem('webhook_rejected');
    res.json({ result: await receive(db, id, event.data.type, document) });
  }
}
