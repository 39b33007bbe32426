package example.shop.platform;

import java.security.GeneralSecurityException;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA256 with one key.
 */
public final class Hmac {

	private static final String ALGORITHM = "HmacSHA256";

	private final SecretKeySpec key;

	public Hmac(byte[] key) {
		this.key = new SecretKeySpec(key, ALGORITHM);
	}

	/**
	 * The 32 bytes of the parts behind each other.
	 */
	public byte[] sign(byte[]... parts) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(this.key);
			for (byte[] part : parts) {
				mac.update(part);
			}
			return mac.doFinal();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex); // every JDK has it
		}
	}

}
