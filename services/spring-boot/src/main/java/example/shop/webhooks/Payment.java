package example.shop.webhooks;

import java.util.List;
import java.util.UUID;

import example.shop.platform.Patterns;
import example.shop.platform.json.JsonObject;
import example.shop.platform.problem.Problem;

/**
 * The data of a payment event.
 */
record Payment(UUID order, long amount, String currency) {

	/** Rising: an order never goes back. */
	static final List<String> STATUSES = List.of("none", "failed", "succeeded", "refunded");

	private static final String TYPE_PREFIX = "payment.";

	/**
	 * Whether an event type means a payment.
	 */
	static boolean isPayment(String type) {
		return type.startsWith(TYPE_PREFIX) && STATUSES.indexOf(statusOf(type)) > 0;
	}

	/**
	 * The payment status that an event brings.
	 */
	static String statusOf(String type) {
		return type.substring(TYPE_PREFIX.length());
	}

	/**
	 * Reads the member {@code data}.
	 * @throws example.shop.platform.problem.ProblemException webhook_rejected
	 */
	static Payment read(JsonObject event) {
		JsonObject data = event.required("data").nested();
		data.ignoreUnknown();
		data.required("payment_id").text(1, 200);
		String order = data.required("order_id").pattern(Patterns.LOWER_CASE_UUID);
		long amount = data.required("amount").integer(0, Long.MAX_VALUE);
		String currency = data.required("currency").text(3, 3);
		if (!data.errors().isEmpty()) {
			throw Problem.WEBHOOK_REJECTED.exception();
		}
		return new Payment(UUID.fromString(order), amount, currency);
	}

}
