package example.shop.catalog;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import example.shop.EndpointTest;
import example.shop.ShopClient;

import static org.assertj.core.api.Assertions.assertThat;

@EndpointTest
class CatalogEndpointTests {

	@Autowired
	private ShopClient shop;

	@Test
	void getProductKnowsItsTag() {
		String path = "/products/" + this.shop.product();
		assertThat(this.shop.get(path)).hasStatusOk()
			.hasHeader("ETag", "\"1\"")
			.hasHeader("Cache-Control", "no-cache")
			.bodyJson()
			.extractingPath("$.price")
			.isEqualTo(1000);
		assertThat(this.shop.get(path, "If-None-Match", "W/\"1\"")).hasStatus(304);
		assertThat(this.shop.get("/products/unknown")).hasStatus(404);
	}

	@Test
	void listProductsGoesOnBehindItsCursor() {
		this.shop.product();
		this.shop.product();
		assertThat(this.shop.get("/products?limit=1&sort=-price")).hasStatusOk()
			.containsHeader("Link")
			.bodyJson()
			.extractingPath("$.items.length()")
			.isEqualTo(1);
	}

	@Test
	void queriesAreStrict() {
		assertThat(this.shop.get("/products?limit=0&Limit=1&q=a&q=b")).hasStatus(400)
			.bodyJson()
			.extractingPath("$.errors[*].parameter")
			.asArray()
			.containsExactly("Limit", "q");
		assertThat(this.shop.get("/products?limit=0&price_min=+5")).hasStatus(400)
			.bodyJson()
			.extractingPath("$.errors[*].parameter")
			.asArray()
			.containsExactlyInAnyOrder("limit", "price_min");
	}

}
