package example.shop.checkout;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import example.shop.EndpointTest;
import example.shop.ShopClient;

import static org.assertj.core.api.Assertions.assertThat;

@EndpointTest
class CheckoutEndpointTests {

	private static final String BODY = "{\"expected_total\": 1699}";

	@Autowired
	private ShopClient shop;

	@Test
	void isDoneOnce() throws Exception {
		String customer = this.shop.customer();
		String sku = this.shop.product();
		this.shop.send(HttpMethod.PUT, "/cart/items/" + sku, "{\"quantity\": 1}", "Authorization", customer);
		MvcTestResult first = checkout(customer, "k", BODY);
		assertThat(first).hasStatus(201).hasHeader("ETag", "\"1\"").doesNotContainHeader("Idempotent-Replayed");
		assertThat(checkout(customer, "\"k\"", BODY)).hasStatus(201)
			.hasHeader("Idempotent-Replayed", "true")
			.hasBodyTextEqualTo(first.getResponse().getContentAsString());
		assertThat(checkout(customer, "k", BODY + " ")).hasStatus(422);
		assertThat(checkout(customer, "other", BODY)).hasStatus(409);
		assertThat(this.shop.get("/products/" + sku)).bodyJson().extractingPath("$.stock").isEqualTo(4);
	}

	private MvcTestResult checkout(String customer, String key, String body) {
		return this.shop.send(HttpMethod.POST, "/checkout", body, "Authorization", customer, "Idempotency-Key", key);
	}

}
