import { readFile } from 'node:fs/promises';
import { sql, type Kysely } from 'kysely';

const FUNCTIONS = new URL('../../../contract/functions.sql', import.meta.url);

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(await readFile(FUNCTIONS, 'utf8')).execute(db);
}
