import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Router, type Request, type Response } from 'express';
import { sql } from 'kysely';
import type { Dependencies } from '../app.ts';
import { methodNotAllowed } from '../platform/errors.ts';
import { EXACT } from '../platform/http.ts';
import { Problem } from '../platform/problem.ts';

const READY_MILLIS = 2_000;
const CONTRACT = new URL('../../../../contract/openapi.yaml', import.meta.url);

export function createOpsRouter({ db, metrics: measured }: Dependencies): Router {
  const router = Router(EXACT);
  const text = readFileSync(CONTRACT);

  router.route('/healthz').get(liveness).all(methodNotAllowed);
  router.route('/readyz').get(readiness).all(methodNotAllowed);
  router.route('/metrics').get(metrics).all(methodNotAllowed);
  router.route('/openapi.yaml').get(contract).all(methodNotAllowed);
  return router;

  function liveness(_req: Request, res: Response): void {
    res.json({ status: 'ok' });
  }

  async function readiness(_req: Request, res: Response): Promise<void> {
    const answer = sql`select 1`.execute(db);
    // A silent database lets the query wait, and nobody waits for the query.
    answer.catch(() => undefined);
    const answered = await Promise.race([answer, setTimeout(READY_MILLIS, undefined, { ref: false })]);
    if (!answered) throw new Problem('service_unavailable');
    res.json({ status: 'ready' });
  }

  async function metrics(_req: Request, res: Response): Promise<void> {
    res.set('Content-Type', 'text/plain; version=0.0.4; charset=utf-8').send(await measured.registry.metrics());
  }

  function contract(_req: Request, res: Response): void {
    res.set('Content-Type', 'application/yaml').send(text);
  }
}
