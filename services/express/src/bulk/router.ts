import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router, type Request, type Response } from 'express';
import type { Dependencies } from '../app.ts';
import { admit, mediaType } from '../platform/body.ts';
import { methodNotAllowed } from '../platform/errors.ts';
import { EXACT } from '../platform/http.ts';
import { Problem } from '../platform/problem.ts';
import { exportPages, openExport, upsertProducts } from './repository.ts';
import { readUpload } from './upload.ts';

const NDJSON = 'application/x-ndjson';
const MAX_BYTES = 10_485_760;

export function createBulkRouter({ db, exportDb, auth }: Dependencies): Router {
  const router = Router(EXACT);
  const { administrator } = auth;
  router
    .route('/admin/products/import')
    .all(administrator)
    .post(mediaType(NDJSON), admit(MAX_BYTES), importProducts)
    .all(methodNotAllowed);
  router.route('/admin/products/export').all(administrator).get(exportProducts).all(methodNotAllowed);
  return router;

  async function importProducts(req: Request, res: Response): Promise<void> {
    const rows = await readUpload(bounded(req));
    res.json(await db.transaction().execute((trx) => upsertProducts(trx, rows)));
  }

  async function exportProducts(req: Request, res: Response): Promise<void> {
    await exportDb.connection().execute(async (connection) => {
      await openExport(connection);
      res.set('Content-Type', NDJSON);
      if (req.method === 'HEAD') res.end();
      else await pipeline(Readable.from(exportPages(connection), { highWaterMark: 1 }), res);
    });
  }
}

/** The body in pieces. What is left of it when reading ends early is for node:http to throw away. */
async function* bounded(req: Request): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Problem('body_too_large');
    yield chunk;
  }
}
