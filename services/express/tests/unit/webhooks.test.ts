import { expect, test } from 'vitest';
import { verifiedId } from '../../src/webhooks/signature.ts';
import { vectors } from '../support/contract.ts';

interface Case {
  name: string;
  secret: string;
  id: string | null;
  timestamp: string | null;
  signature: string | null;
  body_base64: string;
  now: number;
  valid: boolean;
}

test.each((vectors('webhook_signatures') as { cases: Case[] }).cases)('a signature: $name', (each) => {
  const headersDistinct = {
    ...(each.id !== null && { 'webhook-id': [each.id] }),
    ...(each.timestamp !== null && { 'webhook-timestamp': [each.timestamp] }),
    ...(each.signature !== null && { 'webhook-signature': [each.signature] }),
  };
  const secret = Buffer.from(each.secret.slice('whsec_'.length), 'base64');
  const id = verifiedId({ headersDistinct }, Buffer.from(each.body_base64, 'base64'), secret, each.now);
  expect(id).toBe(each.valid ? each.id : undefined);
});
