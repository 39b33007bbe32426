import type { Request } from 'express';
import { describe, expect, test } from 'vitest';
import { verifyPassword } from '../../src/accounts/passwords.ts';
import { createAuth } from '../../src/platform/auth.ts';
import { Email } from '../../src/platform/schemas.ts';
import { vectors } from '../support/contract.ts';

interface EmailCase {
  name: string;
  email: string;
  valid: boolean;
  stored: string | null;
}

test.each((vectors('emails') as { cases: EmailCase[] }).cases)('an address: $name', ({ email, stored }) => {
  expect(Email.safeParse(email).data ?? null).toBe(stored);
});

interface HashCase {
  name: string;
  hash: string;
  password: string;
  matches: boolean;
}

test.each((vectors('password_hashes') as { cases: HashCase[] }).cases)('a hash: $name', async (each) => {
  expect(await verifyPassword(each.hash, each.password)).toBe(each.matches);
});

interface TokenCase {
  name: string;
  token: string;
  now: number;
  valid: boolean;
  sub: string | null;
  role: string | null;
}

describe('tokens', () => {
  const { secret, cases } = vectors('tokens') as { secret: string; cases: TokenCase[] };
  const auth = createAuth(Buffer.from(secret));
  test.each(cases)('$name', async ({ token, now, valid, sub, role }) => {
    const req = { headersDistinct: { authorization: [`Bearer ${token}`] } } as unknown as Request;
    const caller = await auth.identify(req, new Date(now * 1000)).catch(() => undefined);
    expect(caller).toEqual(valid ? { id: sub, isAdmin: role === 'admin' } : undefined);
  });
});
