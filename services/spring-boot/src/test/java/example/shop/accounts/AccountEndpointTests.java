package example.shop.accounts;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;

import example.shop.EndpointTest;
import example.shop.ShopClient;

import static org.assertj.core.api.Assertions.assertThat;

@EndpointTest
class AccountEndpointTests {

	private static final String BODY = """
			{"email": "%s", "password": "%s", "name": "%s"}""";

	@Autowired
	private ShopClient shop;

	@Test
	void registersOnce() {
		String email = ShopClient.unique() + "@shop.example";
		String body = BODY.formatted(email, "correct horse", "Ada");
		assertThat(this.shop.send(HttpMethod.POST, "/auth/register", body)).hasStatus(201)
			.hasHeader("Location", "/me")
			.bodyJson()
			.extractingPath("$.role")
			.isEqualTo("customer");
		assertThat(this.shop.send(HttpMethod.POST, "/auth/register", body.replace(email, email.toUpperCase())))
			.hasStatus(409);
	}

	@Test
	void reportsEveryWrongValue() {
		assertThat(this.shop.send(HttpMethod.POST, "/auth/register", BODY.formatted("ada", "short", ""))).hasStatus(422)
			.bodyJson()
			.extractingPath("$.errors[*]['pointer','code']")
			.asArray()
			.hasSize(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"refresh_token\": 5}", "{\"refresh_token\": null}", "{}",
			"{\"refresh_token\": \"x\", \"a/b\": 1e2147483648}", "{\"refresh_token\": \"x\", \"role\": null}" })
	void refusesOtherShapes(String body) {
		assertThat(this.shop.send(HttpMethod.POST, "/auth/logout", body)).hasStatus(422);
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "null", "{\"refresh_token\": \"x\"} {}", "{\"refresh_token\": \"x\\u0000\"}",
			"{\"refresh_token\": \"\\ud800\"}", "{\"refresh_token\": \"x\", \"refresh_token\": \"x\"}", " " })
	void refusesWhatIsNoStrictObject(String body) {
		assertThat(this.shop.send(HttpMethod.POST, "/auth/logout", body)).hasStatus(400)
			.hasContentType("application/problem+json");
	}

	@Test
	void getMeNeedsAToken() {
		assertThat(this.shop.get("/me", "Authorization", this.shop.customer())).hasStatusOk();
		Stream.of("Bearer x.y.z", "Basic YTpi", this.shop.customer() + "x")
			.forEach((other) -> assertThat(this.shop.get("/me", "Authorization", other)).hasStatus(401)
				.hasHeader("WWW-Authenticate", "Bearer"));
	}

}
