import fs from 'node:fs/promises';
import path from 'node:path';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import { hashPassword } from './accounts/passwords.ts';
import { createAdministrator } from './accounts/repository.ts';
import type { MigrateConfig } from './platform/config.ts';
import { openDatabase } from './platform/database.ts';
import { createLog } from './platform/log.ts';

const migrationFolder = path.join(import.meta.dirname, '..', 'migrations');

/** Brings the database to the contract's schema and makes the first administrator. It may be run again. */
export async function migrate(config: MigrateConfig): Promise<void> {
  const log = createLog(config.LOG_LEVEL);
  const db = openDatabase(config.DATABASE_URL, { size: 1 });
  try {
    const migrator = new Migrator({ db, provider: new FileMigrationProvider({ fs, path, migrationFolder }) });
    const { error, results } = await migrator.migrateToLatest();
    for (const { migrationName, status } of results ?? []) log.info({ migrationName, status }, 'migration');
    if (error !== undefined) throw error as Error;
    await createAdministrator(db, config.ADMIN_EMAIL, await hashPassword(config.ADMIN_PASSWORD));
  } finally {
    await db.destroy();
  }
}
