import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { isUnavailable } from './database.ts';
import { Problem, type Code } from './problem.ts';

export const notFound: RequestHandler = () => {
  throw new Problem('not_found');
};

/** The last handler of a route: none of its methods was asked for. */
export const methodNotAllowed: RequestHandler = (req) => {
  const { methods } = req.route as { methods: Record<string, true> };
  const allowed = Object.keys(methods).filter((name) => name !== '_all');
  if (methods.get) allowed.push('head');
  throw new Problem('method_not_allowed', { headers: { Allow: allowed.join(', ').toUpperCase() } });
};

// What Express and its body-parser throw. Of the rest only the router's 400 is left: an escape that it cannot decode.
const BODY_PARSER: Record<string, Code> = {
  'entity.too.large': 'body_too_large',
  'request.aborted': 'malformed_json',
  'request.size.invalid': 'malformed_json',
};

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error)) return new Problem('service_unavailable', { cause: error });
  const { type, status } = error as { type?: string; status?: number };
  const known = type === undefined ? undefined : BODY_PARSER[type];
  if (known) return new Problem(known);
  return new Problem(status === 400 ? 'not_found' : 'internal_error', { cause: error });
}

/** Answers with a problem whatever was thrown; the cause goes to the log alone. */
export function problemDetails(log: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    if (req.readableAborted) return; // the client has left in the middle of its body
    const problem = toProblem(error);
    if (problem.status >= 500) {
      log.error({ err: problem.cause ?? problem, method: req.method, code: problem.code }, 'request failed');
    }
    if (res.headersSent) {
      res.destroy(); // half an answer must not look like a whole one
      return;
    }
    res.status(problem.status).set(problem.headers).set('Content-Type', 'application/problem+json');
    res.send(JSON.stringify(problem));
  };
}
