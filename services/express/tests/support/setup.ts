import { migrate } from '../../src/migrate.ts';
import { migrateConfig } from '../../src/platform/config.ts';
import { settings } from './shop.ts';

/** Once for all files: the database of DATABASE_URL gets its tables. */
export async function setup(): Promise<void> {
  if (process.env.DATABASE_URL) await migrate(migrateConfig(settings()));
}
