package example.shop.carts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * What a cart costs (PRICE-1). Amounts are minor units of EUR, rates are basis points;
 * with the contract's bounds every intermediate product stays below 4.9e18 and fits a
 * long.
 */
final class Pricing {

	private static final long FREE_SHIPPING_FROM = 5000;

	private static final long SHIPPING_FEE = 499;

	private Pricing() {
	}

	/**
	 * Prices lines in the order of their skus. Unavailable ones get a line total and
	 * nothing else.
	 * @param coupon a coupon that holds, but for its minimum
	 */
	static Totals calculate(List<Line> lines, @Nullable Coupon coupon) {
		int[] counted = IntStream.range(0, lines.size()).filter((i) -> lines.get(i).available()).toArray();
		long subtotal = IntStream.of(counted).mapToLong((i) -> lines.get(i).total()).sum();
		boolean applied = coupon != null && subtotal >= coupon.minSubtotal();
		long discount = (coupon != null && applied) ? share(subtotal, coupon.percentBp()) : 0;
		long[] discounts = spread(discount, subtotal, lines, counted);
		List<PricedLine> priced = new ArrayList<>();
		long tax = 0;
		for (int i = 0; i < lines.size(); i++) {
			Line line = lines.get(i);
			long lineTax = line.available() ? share(line.total() - discounts[i], line.taxRateBp()) : 0;
			priced.add(new PricedLine(line.total(), discounts[i], lineTax));
			tax += lineTax;
		}
		long shipping = (counted.length > 0 && subtotal - discount < FREE_SHIPPING_FROM) ? SHIPPING_FEE : 0;
		return new Totals(priced, applied, subtotal, discount, tax, shipping, subtotal - discount + tax + shipping);
	}

	/**
	 * Gives each line its part of the discount, rounded down, and the cents that are left
	 * to the largest remainders.
	 */
	private static long[] spread(long discount, long subtotal, List<Line> lines, int[] counted) {
		long[] parts = new long[lines.size()];
		if (discount == 0) {
			return parts;
		}
		long left = discount;
		for (int i : counted) {
			parts[i] = discount * lines.get(i).total() / subtotal;
			left -= parts[i];
		}
		// The sort is stable, so that of equal remainders the earlier line wins.
		IntStream.of(counted)
			.boxed()
			.sorted(Comparator.comparingLong((Integer i) -> -(discount * lines.get(i).total() % subtotal)))
			.limit(left)
			.forEach((i) -> parts[i]++);
		return parts;
	}

	/**
	 * A share in basis points, rounded half up.
	 */
	private static long share(long amount, long basisPoints) {
		return (amount * basisPoints + 5000) / 10_000;
	}

	record Line(long unitPrice, long quantity, long taxRateBp, boolean available) {

		long total() {
			return this.unitPrice * this.quantity;
		}

	}

	record Coupon(long percentBp, long minSubtotal) {
	}

	record PricedLine(long lineTotal, long discount, long tax) {
	}

	/**
	 * The result, with a line for each line.
	 *
	 * @param applied whether the coupon is
	 */
	record Totals(List<PricedLine> lines, boolean applied, long subtotal, long discount, long tax, long shipping,
			long total) {
	}

}
