package example.shop.platform;

import java.util.Base64;
import java.util.Optional;

/**
 * Base64url without padding, in its one spelling: the JDK's decoder would let padding and
 * spare bits pass.
 */
public final class Base64Url {

	private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

	private Base64Url() {
	}

	public static String encode(byte[] bytes) {
		return ENCODER.encodeToString(bytes);
	}

	/**
	 * The bytes, or nothing if the text is not what {@link #encode} makes of any.
	 */
	public static Optional<byte[]> decode(String text) {
		try {
			return Optional.of(Base64.getUrlDecoder().decode(text)).filter((bytes) -> encode(bytes).equals(text));
		}
		catch (IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

}
