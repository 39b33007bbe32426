package example.shop.platform.config;

import java.time.Duration;
import java.util.Base64;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What {@code serve} needs beside Spring's own properties; {@link ShopEnvironment} has
 * checked it.
 *
 * @param jwtSecret the key of access tokens
 * @param cursorSecret the key of cursors
 * @param webhookSecret the key of payment webhooks, as {@code whsec_} and base64
 * @param ssePing the time between two pings of an event stream
 */
@ConfigurationProperties("shop")
public record ShopProperties(String jwtSecret, String cursorSecret, String webhookSecret, Duration ssePing) {

	static final String WEBHOOK_PREFIX = "whsec_";

	/**
	 * The bytes that {@code whsec_} stands before.
	 */
	public byte[] webhookKey() {
		return Base64.getDecoder().decode(this.webhookSecret.substring(WEBHOOK_PREFIX.length()));
	}

}
