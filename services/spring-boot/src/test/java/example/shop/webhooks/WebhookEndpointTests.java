package example.shop.webhooks;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import example.shop.EndpointTest;
import example.shop.ShopClient;
import example.shop.platform.Hmac;
import example.shop.platform.config.ShopProperties;

import static org.assertj.core.api.Assertions.assertThat;

@EndpointTest
class WebhookEndpointTests {

	@Autowired
	private ShopClient shop;

	@Autowired
	private ShopProperties properties;

	@Test
	void takesAnEventOnce() {
		String id = ShopClient.unique();
		assertThat(send(id, "{\"type\": \"other\", \"more\": 1}")).bodyText().contains("ignored");
		assertThat(send(id, "{\"type\": \"other\"}")).bodyText().contains("duplicate");
	}

	@Test
	void rejectsWhatFitsNoOrder() {
		String id = ShopClient.unique();
		assertThat(send(id, "{\"type\": \"payment.succeeded\"}")).hasStatus(422);
		assertThat(send(id, "{\"type\": \"payment.succeeded\", \"data\": {\"amount\": 1.5}}")).hasStatus(422);
		assertThat(send(id, "{\"type\": 5}")).hasStatus(422);
		assertThat(send(id, "[]")).hasStatus(400);
		assertThat(send("no id", "{}")).hasStatus(401).hasHeader("WWW-Authenticate", "Webhook-Signature");
	}

	private MvcTestResult send(String id, String body) {
		String now = Long.toString(Instant.now().getEpochSecond());
		byte[] signature = new Hmac(this.properties.webhookKey())
			.sign((id + "." + now + "." + body).getBytes(StandardCharsets.UTF_8));
		return this.shop.send(HttpMethod.POST, "/webhooks/payments", body, "webhook-id", id, "webhook-timestamp", now,
				"webhook-signature", "v1," + Base64.getEncoder().encodeToString(signature));
	}

}
