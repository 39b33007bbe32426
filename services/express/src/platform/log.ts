import { pino, type Logger } from 'pino';

/** Lines of JSON on standard output, written at once: none is lost when the process ends. */
export const createLog = (level: string): Logger =>
  pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ sync: true }),
  );
