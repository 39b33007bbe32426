package example.shop.webhooks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

import example.shop.platform.Hmac;
import example.shop.platform.config.ShopProperties;

/**
 * Verifies payment webhooks over the bytes as received (WEBHOOK-1).
 */
@Component
class Signatures {

	private static final long MAX_SKEW_SECONDS = 300;

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,200}");

	private static final Pattern TIMESTAMP = Pattern.compile("[1-9][0-9]{0,11}");

	private final Hmac hmac;

	private final Clock clock;

	@Autowired
	Signatures(ShopProperties properties) {
		this(properties.webhookKey(), Clock.systemUTC());
	}

	Signatures(byte[] key, Clock clock) {
		this.hmac = new Hmac(key);
		this.clock = clock;
	}

	/**
	 * The event's id, or nothing if the headers do not fit the body.
	 */
	Optional<String> verify(HttpHeaders headers, byte[] body) {
		String id = single(headers, "webhook-id");
		String timestamp = single(headers, "webhook-timestamp");
		String signature = single(headers, "webhook-signature");
		if (!ID.matcher(id).matches() || !TIMESTAMP.matcher(timestamp).matches()
				|| Math.abs(this.clock.instant().getEpochSecond() - Long.parseLong(timestamp)) > MAX_SKEW_SECONDS) {
			return Optional.empty();
		}
		byte[] signed = this.hmac.sign(bytes(id + "." + timestamp + "."), body);
		byte[] expected = bytes("v1," + Base64.getEncoder().encodeToString(signed));
		// Texts are compared: decoding would let other spellings of the same bytes pass.
		for (String token : signature.split(" ", -1)) {
			if (MessageDigest.isEqual(bytes(token), expected)) {
				return Optional.of(id);
			}
		}
		return Optional.empty();
	}

	private static String single(HttpHeaders headers, String name) {
		List<String> values = headers.getOrEmpty(name);
		return (values.size() == 1) ? values.getFirst() : "";
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
