import { createSecretKey } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { SignJWT, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { Problem } from './problem.ts';
import { UUID } from './schemas.ts';

export interface Caller {
  id: string;
  isAdmin: boolean;
}

declare module 'express-serve-static-core' {
  interface Request {
    caller?: Caller;
  }
}

export const LIFETIME_SECONDS = 900;
const ISSUER = 'shop';

// jose has checked iss, and that exp is ahead. An exp of 1e400 is Infinity, which is no number for zod.
const Claims = z.object({ sub: z.string().regex(UUID), role: z.enum(['customer', 'admin']), exp: z.number() });
const BEARER = /^bearer ([\w-]+\.[\w-]+\.[\w-]{43})$/i;

export interface Auth {
  issue: (user: { id: string; role: string }) => Promise<string>;
  /** Finds the caller of a request, or throws 401. */
  identify: (req: Request, now?: Date) => Promise<Caller>;
  /** Guards of a route: `.all(auth.customer)`. */
  customer: RequestHandler;
  administrator: RequestHandler;
}

export function createAuth(secret: Uint8Array): Auth {
  const key = createSecretKey(secret);

  const issue: Auth['issue'] = ({ id, role }) =>
    new SignJWT({ role })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(ISSUER)
      .setSubject(id)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_SECONDS}s`)
      .sign(key);

  const identify: Auth['identify'] = async (req, now = new Date()) => {
    // Node would take the first of several lines.
    const [line, another] = req.headersDistinct.authorization ?? [];
    const token = another === undefined ? BEARER.exec(line ?? '')?.[1] : undefined;
    if (token === undefined) throw new Problem('unauthenticated');
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], issuer: ISSUER, currentDate: now });
      const { sub, role } = Claims.parse(payload);
      return { id: sub, isAdmin: role === 'admin' };
    } catch (cause) {
      if (cause instanceof errors.JOSEError || cause instanceof z.ZodError) throw new Problem('unauthenticated');
      throw cause;
    }
  };

  const customer: RequestHandler = async (req, _res, next) => {
    req.caller = await identify(req);
    next();
  };

  const administrator: RequestHandler = async (req, _res, next) => {
    req.caller = await identify(req);
    if (!req.caller.isAdmin) throw new Problem('forbidden');
    next();
  };

  return { issue, identify, customer, administrator };
}

/** The caller whom a guard has let in. */
export function callerOf(req: Request<object>): Caller {
  if (!req.caller) throw new Error('the route has no guard');
  return req.caller;
}
