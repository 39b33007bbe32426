package example.shop.accounts;

import java.security.SecureRandom;

import example.shop.platform.Base64Url;
import example.shop.platform.Digests;

/**
 * A refresh token as clients have it; the database has its hash.
 */
record RefreshToken(String value) {

	private static final int BYTES = 32;

	private static final SecureRandom RANDOM = new SecureRandom();

	static RefreshToken random() {
		byte[] bytes = new byte[BYTES];
		RANDOM.nextBytes(bytes);
		return new RefreshToken(Base64Url.encode(bytes));
	}

	String hash() {
		return Digests.sha256(this.value);
	}

}
