package example.shop.checkout;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.Range;

import example.shop.platform.Digests;
import example.shop.platform.problem.Problem;

/**
 * A checked request.
 *
 * @param fingerprint of the body as sent: the same key with other bytes is another
 * request
 */
record CheckoutRequest(UUID user, String key, String fingerprint, long expectedTotal) {

	private static final Pattern KEY = Pattern.compile("[!#-\\[\\]-~]{1,255}");

	private static final byte[] FINGERPRINT_PREFIX = "POST\n/checkout\n".getBytes(StandardCharsets.UTF_8);

	static CheckoutRequest of(UUID user, String key, byte[] text, Body body) {
		return new CheckoutRequest(user, key, Digests.sha256(FINGERPRINT_PREFIX, text), body.expectedTotal());
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

	record Body(@NotNull @Range(min = 0, max = 99_999_999_999L) Long expectedTotal) {
	}

}
