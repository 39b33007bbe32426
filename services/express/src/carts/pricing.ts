/** The calculation of PRICE-1. Products of money exceed 2^53, so all of it is BigInt. */

export interface PricedLine {
  unit_price: number;
  quantity: number;
  tax_rate_bp: number;
  available: boolean;
}

export interface PricedCoupon {
  percent_bp: number;
  min_subtotal: number;
}

export interface Totals {
  applied: boolean;
  lines: { line_total: number; discount: number; tax: number }[];
  subtotal: number;
  discount: number;
  tax: number;
  shipping: number;
  total: number;
}

const SHIPPING = 499n;
const FREE_SHIPPING_FROM = 5000n;

/** Lines stand in order of sku; those that are not available count in no figure. */
export function price(lines: PricedLine[], coupon: PricedCoupon | undefined): Totals {
  const totals = lines.map((line) => BigInt(line.unit_price) * BigInt(line.quantity));
  const counted = lines.map((line, index) => (line.available ? (totals[index] ?? 0n) : 0n));
  const subtotal = sum(counted);
  const applied = coupon !== undefined && subtotal >= BigInt(coupon.min_subtotal);
  const discount = applied ? basisPoints(subtotal, coupon.percent_bp) : 0n;
  const discounts = share(discount, counted, subtotal);
  const taxes = lines.map((line, index) =>
    basisPoints((counted[index] ?? 0n) - (discounts[index] ?? 0n), line.tax_rate_bp),
  );
  const tax = sum(taxes);
  const free = !lines.some((line) => line.available) || subtotal - discount >= FREE_SHIPPING_FROM;
  const shipping = free ? 0n : SHIPPING;
  return {
    applied,
    lines: totals.map((total, index) => ({
      line_total: Number(total),
      discount: Number(discounts[index]),
      tax: Number(taxes[index]),
    })),
    subtotal: Number(subtotal),
    discount: Number(discount),
    tax: Number(tax),
    shipping: Number(shipping),
    total: Number(subtotal - discount + tax + shipping),
  };
}

/** Each line's part of the discount; what division leaves goes to the largest remainders, the earlier line first. */
function share(discount: bigint, lines: bigint[], subtotal: bigint): bigint[] {
  if (discount === 0n) return lines.map(() => 0n);
  const shares = lines.map((line) => (discount * line) / subtotal);
  const remainder = (index: number) => (discount * (lines[index] ?? 0n)) % subtotal;
  const left = Number(discount - sum(shares));
  const ranked = [...lines.keys()].sort((a, b) => Number(remainder(b) - remainder(a)) || a - b);
  for (const index of ranked.slice(0, left)) shares[index] = (shares[index] ?? 0n) + 1n;
  return shares;
}

/** Half up. */
const basisPoints = (amount: bigint, rate: number): bigint => (amount * BigInt(rate) + 5000n) / 10_000n;

const sum = (values: bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
