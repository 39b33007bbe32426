package example.shop.carts;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;

import example.shop.EndpointTest;
import example.shop.ShopClient;

import static org.assertj.core.api.Assertions.assertThat;

@EndpointTest
class CartEndpointTests {

	@Autowired
	private ShopClient shop;

	@Test
	void putCartItemAnswersTheCartAtTodaysPrices() {
		String customer = this.shop.customer();
		String path = "/cart/items/" + this.shop.product();
		assertThat(this.shop.send(HttpMethod.PUT, path, "{\"quantity\": 2}", "Authorization", customer)).hasStatusOk()
			.bodyJson()
			.extractingPath("$.total")
			.isEqualTo(2899);
		assertThat(this.shop.send(HttpMethod.PUT, path, "{\"quantity\": 100}", "Authorization", customer))
			.hasStatus(422)
			.bodyJson()
			.extractingPath("$.errors[0].code")
			.isEqualTo("out_of_range");
	}

	@Test
	void whoIsGoneIsNobody() {
		assertThat(this.shop.send(HttpMethod.PUT, "/cart/items/" + this.shop.product(), "{\"quantity\": 1}",
				"Authorization", this.shop.administrator()))
			.hasStatus(401);
	}

}
