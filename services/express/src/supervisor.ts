import cluster from 'node:cluster';
import type { ServeConfig } from './platform/config.ts';
import { createLog } from './platform/log.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The primary process: starts the workers and replaces those that die. It ends by itself when none is left. */
export function supervise({ WEB_CONCURRENCY, LOG_LEVEL }: ServeConfig): void {
  const log = createLog(LOG_LEVEL);
  const listening = new Set<number>();
  let stopping = false;
  const stop = () => {
    stopping = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
  };
  for (const signal of SIGNALS) process.on(signal, stop);

  cluster.on('listening', ({ id }, { port }) => {
    listening.add(id);
    log.info({ worker: id, port }, 'listening');
  });
  cluster.on('exit', ({ id }, code, signal) => {
    if (stopping) return;
    log.error({ worker: id, code, signal }, 'a worker has died');
    if (listening.delete(id)) {
      cluster.fork();
    } else {
      process.exitCode = 1; // it could not even start, and the next one would fare no better
      stop();
    }
  });
  // Small generations: else the garbage of a large export doubles the heap before anybody looks for it.
  cluster.setupPrimary({ execArgv: ['--max-semi-space-size=4', '--heap-growing-percent=40'] });
  for (let number = 0; number < WEB_CONCURRENCY; number++) cluster.fork();
}
