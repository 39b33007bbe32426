import { createApp } from './app.ts';
import { Hub } from './events/hub.ts';
import type { ServeConfig } from './platform/config.ts';
import { openDatabase } from './platform/database.ts';
import { createLog } from './platform/log.ts';
import { listen } from './platform/server.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const EXPORT_CONNECTIONS = 2;

/** A worker: the whole service, with a pool and a LISTEN connection of its own. */
export async function work(config: ServeConfig): Promise<void> {
  const log = createLog(config.LOG_LEVEL);
  const db = openDatabase(config.DATABASE_URL, { size: config.DB_POOL_SIZE });
  const exportDb = openDatabase(config.DATABASE_URL, { size: EXPORT_CONNECTIONS, uses: 1 });
  const hub = new Hub(config.DATABASE_URL, log);
  const app = createApp({ config, log, db, exportDb, hub });
  const server = await listen(app, config.HOST, config.PORT);

  const stop = async () => {
    hub.close(); // first: streams are requests that would run for ever
    await server.stop();
    await Promise.all([db.destroy(), exportDb.destroy()]);
    process.exit(0); // the channel to the primary would keep the process
  };
  let stopped: Promise<void> | undefined;
  for (const signal of SIGNALS) process.on(signal, () => void (stopped ??= stop()));
}
