import express, { type Express } from 'express';
import type { Logger } from 'pino';
import { createAccountsRouter } from './accounts/router.ts';
import { createAdminRouter } from './admin/router.ts';
import { createBulkRouter } from './bulk/router.ts';
import { createCartsRouter } from './carts/router.ts';
import { createCatalogRouter } from './catalog/router.ts';
import { createCheckoutRouter } from './checkout/router.ts';
import type { Hub } from './events/hub.ts';
import { createEventsRouter } from './events/router.ts';
import { createOpsRouter } from './ops/router.ts';
import { createOrdersRouter } from './orders/router.ts';
import { createAuth, type Auth } from './platform/auth.ts';
import type { ServeConfig } from './platform/config.ts';
import type { Database } from './platform/database.ts';
import { notFound, problemDetails } from './platform/errors.ts';
import { cacheControl } from './platform/http.ts';
import { createMetrics, observe, type Metrics } from './platform/observe.ts';
import { Cursors } from './platform/paging.ts';
import { parseQuery } from './platform/query.ts';
import { createWebhooksRouter } from './webhooks/router.ts';

/** What lives as long as the process. */
export interface Resources {
  config: ServeConfig;
  log: Logger;
  db: Database;
  /** For exports alone: those that nobody reads must not hold the pool's connections. */
  exportDb: Database;
  hub: Hub;
}

/** What the features work with. */
export interface Dependencies extends Resources {
  auth: Auth;
  cursors: Cursors;
  metrics: Metrics;
}

export function createApp(resources: Resources): Express {
  const { config, log } = resources;
  const metrics = createMetrics();
  const dependencies: Dependencies = {
    ...resources,
    auth: createAuth(config.JWT_SECRET),
    cursors: new Cursors(config.CURSOR_SECRET),
    metrics,
  };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', parseQuery);
  Object.defineProperty(app.request, 'fresh', { value: false }); // see platform/etag.ts

  app.use(observe(metrics, log), cacheControl('no-store'));
  app.use(
    createCatalogRouter(dependencies),
    createAccountsRouter(dependencies),
    createCartsRouter(dependencies),
    createCheckoutRouter(dependencies),
    createOrdersRouter(dependencies),
    createBulkRouter(dependencies),
    createAdminRouter(dependencies),
    createWebhooksRouter(dependencies),
    createEventsRouter(dependencies),
    createOpsRouter(dependencies),
  );
  app.use(notFound, problemDetails(log));
  return app;
}
