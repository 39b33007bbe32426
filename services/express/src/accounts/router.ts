import { createHash, randomBytes } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import type { Dependencies } from '../app.ts';
import { LIFETIME_SECONDS, callerOf } from '../platform/auth.ts';
import { json } from '../platform/body.ts';
import { methodNotAllowed } from '../platform/errors.ts';
import { EXACT } from '../platform/http.ts';
import { Problem } from '../platform/problem.ts';
import { take, type Limit } from '../platform/rate-limit.ts';
import type { User } from '../platform/tables.ts';
import { validate } from '../platform/validate.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { createUser, exchangeToken, findUser, findUserByEmail, openSession, revokeSession } from './repository.ts';
import { Credentials, RefreshToken, Registration } from './schemas.ts';

const LOGIN_LIMIT: Limit = { name: 'login', burst: 5, interval: 12 };

export function createAccountsRouter({ db, auth }: Dependencies): Router {
  const router = Router(EXACT);
  router.route('/auth/register').post(json, register).all(methodNotAllowed);
  router.route('/auth/login').post(json, login).all(methodNotAllowed);
  router.route('/auth/refresh').post(json, refreshToken).all(methodNotAllowed);
  router.route('/auth/logout').post(json, logout).all(methodNotAllowed);
  router.route('/me').all(auth.customer).get(getMe).all(methodNotAllowed);
  return router;

  async function register(req: Request, res: Response): Promise<void> {
    const { email, password, name } = validate(Registration, req.body);
    const user = await createUser(db, { email, name, password_hash: await hashPassword(password) });
    if (!user) throw new Problem('email_taken');
    res.status(201).location('/me').json(toResource(user));
  }

  async function login(req: Request, res: Response): Promise<void> {
    const { email, password } = validate(Credentials, req.body);
    await take(db, LOGIN_LIMIT, sha256(email));
    const user = await findUserByEmail(db, email);
    const right = await verifyPassword(user?.password_hash, password);
    if (!user || !right) throw new Problem('invalid_credentials');
    const token = newToken();
    await openSession(db, user.id, sha256(token));
    await sendTokens(res, user, token);
  }

  async function refreshToken(req: Request, res: Response): Promise<void> {
    const { refresh_token: token } = validate(RefreshToken, req.body);
    const next = newToken();
    const user = await exchangeToken(db, sha256(token), sha256(next));
    if (!user) {
      // A second use means that two have the token. The statement is committed before the answer.
      await revokeSession(db, sha256(token), { onlyIfUsed: true });
      throw new Problem('invalid_refresh_token');
    }
    await sendTokens(res, user, next);
  }

  async function logout(req: Request, res: Response): Promise<void> {
    const { refresh_token: token } = validate(RefreshToken, req.body);
    await revokeSession(db, sha256(token));
    res.status(204).end();
  }

  async function getMe(req: Request, res: Response): Promise<void> {
    const user = await findUser(db, callerOf(req).id);
    if (!user) throw new Problem('unauthenticated');
    res.json(toResource(user));
  }

  async function sendTokens(res: Response, user: Pick<User, 'id' | 'role'>, token: string): Promise<void> {
    res.json({
      access_token: await auth.issue(user),
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
      refresh_token: token,
    });
  }
}

const toResource = ({ id, email, name, role, created_at }: User) => ({ id, email, name, role, created_at });

const newToken = () => randomBytes(32).toString('base64url');

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
