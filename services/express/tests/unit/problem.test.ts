import { expect, test } from 'vitest';
import { CATALOGUE } from '../../src/platform/problem.ts';
import { yaml } from '../support/contract.ts';

test('the catalogue is that of the contract', () => {
  const contract = yaml('problems.yaml') as Record<string, { status: number; title: string }>;
  const own = Object.entries(CATALOGUE).map(([code, [status, title]]) => [code, { status, title }]);
  const theirs = Object.entries(contract).map(([code, { status, title }]) => [code, { status, title }]);
  expect(Object.fromEntries(own)).toEqual(Object.fromEntries(theirs));
});
