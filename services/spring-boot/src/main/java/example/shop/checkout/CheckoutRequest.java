package example.shop.checkout;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

import example.shop.platform.Digests;
import example.shop.platform.json.JsonObject;
import example.shop.platform.json.StrictJson;
import example.shop.platform.problem.Problem;

/**
 * A checked request.
 *
 * @param fingerprint of the body as sent: the same key with other bytes is another
 * request
 */
record CheckoutRequest(UUID user, String key, String fingerprint, long expectedTotal) {

	private static final long MAX_TOTAL = 99_999_999_999L;

	private static final Pattern KEY = Pattern.compile("[!#-\\[\\]-~]{1,255}");

	private static final byte[] FINGERPRINT_PREFIX = "POST\n/checkout\n".getBytes(StandardCharsets.UTF_8);

	static CheckoutRequest read(UUID user, List<String> keys, byte[] text) {
		String key = key(keys);
		JsonObject body = StrictJson.parse(text);
		long expectedTotal = body.required("expected_total").integer(0, MAX_TOTAL);
		body.check();
		return new CheckoutRequest(user, key, Digests.sha256(FINGERPRINT_PREFIX, text), expectedTotal);
	}

	/**
	 * The one Idempotency-Key, without its pair of double quotes if it has them.
	 */
	static String key(List<String> values) {
		if (values.isEmpty()) {
			throw Problem.IDEMPOTENCY_KEY_MISSING.exception();
		}
		String key = values.getFirst();
		if (key.length() > 1 && key.startsWith("\"") && key.endsWith("\"")) {
			key = key.substring(1, key.length() - 1);
		}
		if (values.size() > 1 || !KEY.matcher(key).matches()) {
			throw Problem.IDEMPOTENCY_KEY_INVALID.exception();
		}
		return key;
	}

}
