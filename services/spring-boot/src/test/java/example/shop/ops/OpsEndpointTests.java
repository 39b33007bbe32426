package example.shop.ops;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;

import example.shop.EndpointTest;
import example.shop.ShopClient;

import static org.assertj.core.api.Assertions.assertThat;

@EndpointTest
class OpsEndpointTests {

	@Autowired
	private ShopClient shop;

	@Test
	void isReadyAndTellsItsRoutes() {
		assertThat(this.shop.get("/readyz")).hasStatusOk().hasBodyTextEqualTo("{\"status\":\"ready\"}");
		this.shop.get("/products/NOPE");
		this.shop.get("/nope");
		assertThat(this.shop.get("/metrics")).bodyText()
			.contains("http_requests_total", "route=\"/products/{sku}\"", "route=\"unmatched\"");
	}

	@Test
	void problemsStayTheContracts() {
		assertThat(this.shop.send(HttpMethod.DELETE, "/readyz", "")).hasStatus(405).hasHeader("Allow", "GET, HEAD");
		assertThat(this.shop.get("/readyz;x")).hasStatus(404).hasContentType("application/problem+json");
	}

}
