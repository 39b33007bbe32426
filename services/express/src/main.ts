import cluster from 'node:cluster';
import { migrateConfig, serveConfig } from './platform/config.ts';
import { createLog } from './platform/log.ts';

// pg reads these by itself, and the contract knows DATABASE_URL alone.
for (const name of Object.keys(process.env)) if (name.startsWith('PG')) delete process.env[name];

// Each loads what it needs alone: the primary process is small.
const COMMANDS: Record<string, () => Promise<void>> = {
  migrate: async () => {
    const config = migrateConfig(process.env);
    const { migrate } = await import('./migrate.ts');
    await migrate(config);
  },
  serve: async () => {
    const config = serveConfig(process.env);
    if (cluster.isPrimary) {
      const { supervise } = await import('./supervisor.ts');
      supervise(config);
    } else {
      const { work } = await import('./worker.ts');
      await work(config);
    }
  },
};

try {
  const command = COMMANDS[process.argv[2] ?? ''];
  if (!command) throw new Error('usage: main.ts migrate|serve');
  await command();
} catch (error) {
  createLog('error').fatal(error instanceof Error ? { err: error } : {}, 'stopped');
  process.exitCode = 1;
}
