package example.shop.webhooks;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpHeaders;

import example.shop.Vectors;

import static org.assertj.core.api.Assertions.assertThat;

class SignaturesTests {

	@ParameterizedTest
	@MethodSource("vectors")
	void verifies(Vector vector) {
		HttpHeaders headers = new HttpHeaders();
		add(headers, "webhook-id", vector.id());
		add(headers, "webhook-timestamp", vector.timestamp());
		add(headers, "webhook-signature", vector.signature());
		byte[] key = Base64.getDecoder().decode(vector.secret().substring("whsec_".length()));
		Signatures signatures = new Signatures(key, Clock.fixed(Instant.ofEpochSecond(vector.now()), ZoneOffset.UTC));
		byte[] body = Base64.getDecoder().decode(vector.bodyBase64());
		assertThat(signatures.verify(headers, body).orElse(null)).isEqualTo(vector.valid() ? vector.id() : null);
		headers.add("Webhook-Id", "another");
		assertThat(signatures.verify(headers, body)).isEmpty();
	}

	static Stream<Vector> vectors() {
		return Vectors.read("webhook_signatures.json", File.class).cases().stream();
	}

	private static void add(HttpHeaders headers, String name, String value) {
		if (value != null) {
			headers.add(name, value);
		}
	}

	record File(List<Vector> cases) {
	}

	record Vector(String name, String secret, String id, String timestamp, String bodyBase64, String signature,
			long now, boolean valid) {
	}

}
