import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { Counter, Histogram, Registry } from 'prom-client';

export interface Metrics {
  registry: Registry;
  observe: (method: string, route: string, status: number, seconds: number) => void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Answered requests.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['method', 'route'],
    registers,
  });
  return {
    registry,
    observe: (method, route, status, seconds) => {
      requests.inc({ method, route, status });
      durations.observe({ method, route }, seconds);
    },
  };
}

/** Counts and logs answers by route. No header and no query is logged: they may hold secrets. */
export function observe(metrics: Metrics, log: Logger): RequestHandler {
  return (req, res, next) => {
    const start = performance.now();
    res.once('close', () => {
      const seconds = (performance.now() - start) / 1000;
      const route = templateOf(req.route as { path: string } | undefined);
      metrics.observe(req.method, route, res.statusCode, seconds);
      log.debug({ method: req.method, route, status: res.statusCode, seconds }, 'request');
    });
    next();
  };
}

const templateOf = (route: { path: string } | undefined) => route?.path.replace(/:(\w+)/g, '{$1}') ?? 'unmatched';
