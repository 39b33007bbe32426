package example.shop.bulk;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import example.shop.EndpointTest;
import example.shop.ShopClient;

import static org.assertj.core.api.Assertions.assertThat;

@EndpointTest
class BulkEndpointTests {

	private static final String LINE = """
			{"id": 1, "sku": "%s", "name": "Pen", "category": "pens", "price": %d, "tax_rate_bp": 0}
			""";

	@Autowired
	private ShopClient shop;

	@Autowired
	private MockMvcTester mvc;

	@Test
	void importProductsIsAllOrNothing() {
		String sku = ShopClient.unique().toUpperCase();
		assertThat(send(LINE.formatted(sku, 1) + "\n" + LINE.formatted(sku, 1) + LINE.formatted("B", 0) + "x"))
			.hasStatus(422)
			.bodyJson()
			.isLenientlyEqualTo("""
					{"error_count": 3, "errors": [{"line": 3, "pointer": "/sku", "code": "duplicate"},
					 {"line": 4, "pointer": "/price", "code": "out_of_range"}, {"line": 5, "code": "malformed"}]}""");
		assertThat(this.shop.get("/products/" + sku)).hasStatus(404);
		assertThat(send(LINE.formatted(sku, 1))).bodyJson().isLenientlyEqualTo("{\"created\": 1, \"updated\": 0}");
		assertThat(send(LINE.formatted(sku, 2))).bodyJson().isLenientlyEqualTo("{\"created\": 0, \"updated\": 1}");
	}

	@Test
	void whatIsExportedCanBeImported() throws Exception {
		this.shop.product();
		MvcTestResult export = this.mvc.get()
			.uri("/admin/products/export")
			.header("Authorization", this.shop.administrator())
			.exchange();
		assertThat(export).hasStatusOk().hasContentType("application/x-ndjson");
		assertThat(send(export.getResponse().getContentAsString())).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo("{\"created\": 0, \"updated\": 0}");
	}

	private MvcTestResult send(String lines) {
		return this.mvc.post()
			.uri("/admin/products/import")
			.header("Authorization", this.shop.administrator())
			.contentType("application/x-ndjson")
			.content(lines)
			.exchange();
	}

}
