import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { Email, text } from './schemas.ts';

const MAX_WORKERS = 4; // each has a pool of its own, and PostgreSQL has a hundred connections

const wholeNumber = (min: number, max: number, usual: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(usual);

const secret = z
  .string()
  .transform((value) => Buffer.from(value))
  .refine((bytes) => bytes.length >= 32, 'needs 32 bytes or more');

const DatabaseUrl = z.url({ protocol: /^postgres(ql)?$/ }).transform((value) => {
  const { hostname, port, username, password, pathname } = new URL(value);
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
});

const WebhookSecret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/)
  .transform((value) => Buffer.from(value.slice('whsec_'.length), 'base64'))
  .refine((bytes) => bytes.length >= 24 && bytes.length <= 64, 'needs 24 to 64 bytes in base64');

const LogLevel = z.enum(['debug', 'info', 'warn', 'error']).default('info');

const ServeConfig = z.object({
  DATABASE_URL: DatabaseUrl,
  HOST: z.string().default('0.0.0.0'),
  PORT: wholeNumber(0, 65_535, 8080),
  JWT_SECRET: secret,
  CURSOR_SECRET: secret,
  WEBHOOK_SECRET: WebhookSecret,
  DB_POOL_SIZE: wholeNumber(1, 100, 10),
  SSE_PING_SECONDS: wholeNumber(1, 60, 15),
  LOG_LEVEL: LogLevel,
  WEB_CONCURRENCY: wholeNumber(1, 64, Math.min(availableParallelism(), MAX_WORKERS)),
});

const MigrateConfig = z.object({
  DATABASE_URL: DatabaseUrl,
  ADMIN_EMAIL: Email,
  ADMIN_PASSWORD: text(8, 128),
  LOG_LEVEL: LogLevel,
});

export type ServeConfig = z.output<typeof ServeConfig>;
export type MigrateConfig = z.output<typeof MigrateConfig>;
export type DatabaseUrl = z.output<typeof DatabaseUrl>;
export type Environment = Record<string, string | undefined>;

export const serveConfig = (environment: Environment): ServeConfig => read(ServeConfig, environment);
export const migrateConfig = (environment: Environment): MigrateConfig => read(MigrateConfig, environment);

/** Names every missing or bad variable at once. An empty value counts as missing. */
function read<S extends z.ZodType>(schema: S, environment: Environment): z.output<S> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new Error(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
}
