import { expect, test } from 'vitest';
import { mergePatch } from '../../src/admin/merge.ts';

test.each([
  [{ a: 1 }, { a: null }, {}],
  [{ a: { b: 1, c: 2 } }, { a: { b: null, d: 3 } }, { a: { c: 2, d: 3 } }],
  [{ a: 1 }, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
  [{}, { a: { b: null } }, { a: {} }],
  [{ a: { b: 1 } }, { a: 'x' }, { a: 'x' }],
])('%j with %j', (target, patch, merged) => {
  expect(mergePatch(target, patch)).toEqual(merged);
});
