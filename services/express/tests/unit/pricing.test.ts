import { expect, test } from 'vitest';
import { price, type PricedCoupon, type PricedLine, type Totals } from '../../src/carts/pricing.ts';
import { vectors } from '../support/contract.ts';

interface Case {
  name: string;
  coupon: PricedCoupon | null;
  lines: PricedLine[];
  expected: Totals;
}

test.each((vectors('prices') as { cases: Case[] }).cases)('$name', ({ lines, coupon, expected }) => {
  expect(price(lines, coupon ?? undefined)).toEqual(expected);
});
