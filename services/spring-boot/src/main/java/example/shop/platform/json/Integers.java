package example.shop.platform.json;

import java.math.BigDecimal;

import tools.jackson.databind.JsonNode;

import example.shop.platform.problem.FieldError;

/**
 * Numbers that are mathematically integers (JSON-5).
 */
public final class Integers {

	private Integers() {
	}

	/**
	 * The value of a number.
	 * @throws NotAnIntegerException if the node is no number, has a fraction, or does not
	 * fit 64 bits
	 */
	public static long of(JsonNode node) throws NotAnIntegerException {
		if (!node.isNumber()) {
			throw new NotAnIntegerException(FieldError.TYPE);
		}
		if (node.canConvertToLong() && node.isIntegralNumber()) {
			return node.longValue();
		}
		BigDecimal number = node.decimalValue();
		if (number.signum() == 0) {
			return 0;
		}
		// Digits before the point; asking first keeps 1e999999999 from being written out.
		if ((long) number.precision() - number.scale() > 19) {
			throw new NotAnIntegerException(FieldError.OUT_OF_RANGE);
		}
		if (number.stripTrailingZeros().scale() > 0) {
			throw new NotAnIntegerException(FieldError.TYPE);
		}
		try {
			return number.longValueExact();
		}
		catch (ArithmeticException ex) {
			throw new NotAnIntegerException(FieldError.OUT_OF_RANGE);
		}
	}

	/**
	 * Has the code of the field error.
	 */
	public static final class NotAnIntegerException extends Exception {

		private static final long serialVersionUID = 1L;

		private NotAnIntegerException(String code) {
			super(code, null, false, false);
		}

		public String code() {
			return String.valueOf(getMessage());
		}

	}

}
