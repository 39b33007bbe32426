package example.shop.orders;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;

import example.shop.EndpointTest;
import example.shop.ShopClient;

import static org.assertj.core.api.Assertions.assertThat;

@EndpointTest
class OrderEndpointTests {

	@Autowired
	private ShopClient shop;

	@Test
	void cancelOrderGivesTheStockBack() {
		String customer = this.shop.customer();
		String sku = this.shop.product();
		this.shop.send(HttpMethod.PUT, "/cart/items/" + sku, "{\"quantity\": 5}", "Authorization", customer);
		String order = this.shop
			.send(HttpMethod.POST, "/checkout", "{\"expected_total\": 6000}", "Authorization", customer,
					"Idempotency-Key", "k")
			.getResponse()
			.getHeader("Location");
		assertThat(this.shop.get(order, "Authorization", this.shop.customer())).hasStatus(404);
		assertThat(this.shop.get(order, "Authorization", customer)).hasStatusOk()
			.hasHeader("Cache-Control", "no-cache, private");
		assertThat(this.shop.send(HttpMethod.POST, order + "/cancel", "", "Authorization", customer)).hasStatusOk()
			.bodyJson()
			.extractingPath("$.status")
			.isEqualTo("cancelled");
		assertThat(this.shop.get("/products/" + sku)).bodyJson().extractingPath("$.stock").isEqualTo(5);
	}

}
