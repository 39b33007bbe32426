package example.shop.admin;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import example.shop.EndpointTest;
import example.shop.ShopClient;

import static org.assertj.core.api.Assertions.assertThat;

@EndpointTest
class ProductAdminEndpointTests {

	@Autowired
	private ShopClient shop;

	@Autowired
	private MockMvcTester mvc;

	@Test
	void theBackOfficeIsForAdministrators() {
		assertThat(this.shop.send(HttpMethod.POST, "/admin/products", "{}")).hasStatus(401);
		assertThat(this.shop.send(HttpMethod.POST, "/admin/products", "{", "Authorization", this.shop.customer()))
			.hasStatus(403)
			.hasContentType("application/problem+json");
	}

	@Test
	void patchProductChangesOnlyWhatIsSent() {
		String sku = this.shop.product();
		assertThat(patch(sku, "\"1\"", "{\"description\": \"Blue\", \"attributes\": {\"a\": 1, \"b\": {\"c\": 2}}}"))
			.hasStatusOk()
			.hasHeader("ETag", "\"2\"");
		MvcTestResult patched = patch(sku, "\"2\"",
				"{\"description\": null, \"attributes\": {\"a\": null, \"b\": {\"d\": true}}, \"price\": 7}");
		assertThat(patched).bodyJson().isLenientlyEqualTo("""
				{"name": "Pen", "description": null, "price": 7, "attributes": {"b": {"c": 2, "d": true}}}""");
		assertThat(patch(sku, "\"3\"", "{}")).hasStatusOk().hasHeader("ETag", "\"3\"");
		assertThat(patch(sku, "\"2\"", "{}")).hasStatus(412);
		assertThat(patch(sku, "\"2\"", "{\"price\": 0}")).hasStatus(422);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '\'',
			value = { "'{\"name\":null}', /name, type", "'{\"attributes\":null}', /attributes, type",
					"'{\"price\":0}', /price, out_of_range", "'{\"attributes\":{\"a\":[]}}', /attributes/a, type",
					"'{\"attributes\":{\"A\":null}}', /attributes/A, format",
					"'{\"attributes\":{\"a\":{\"b\":1.5}}}', /attributes/a/b, type",
					"'{\"sku\":\"A\"}', /sku, read_only", "'{\"id\":null}', /id, unknown",
					"'{\"a~/b\":1}', /a~0~1b, unknown",
					"'{\"attributes\":{\"b\":{\"c\":{\"d\":{}}}}}', /attributes/b/c/d, format" })
	void refusesWrongPatches(String patch, String pointer, String code) {
		assertThat(patch(this.shop.product(), "*", patch)).hasStatus(422)
			.bodyJson()
			.isLenientlyEqualTo("{\"errors\": [{\"pointer\": \"%s\", \"code\": \"%s\"}]}".formatted(pointer, code));
	}

	@Test
	void charactersCountAfterTheMerge() {
		String sku = this.shop.product();
		String texts = IntStream.range(0, 10)
			.mapToObj((i) -> "\"k%d\":\"%s\"".formatted(i, "x".repeat(998)))
			.collect(Collectors.joining(","));
		assertThat(patch(sku, "*", "{\"attributes\":{\"a\":{%s}}}".formatted(texts))).hasStatusOk();
		assertThat(patch(sku, "*", "{\"attributes\":{\"b\":{%s}}}".formatted(texts))).hasStatus(422)
			.bodyJson()
			.isLenientlyEqualTo("{\"errors\": [{\"pointer\": \"/attributes\", \"code\": \"too_long\"}]}");
	}

	@Test
	void createCouponJudgesItsWindow() {
		String code = ShopClient.unique().replace("-", "");
		String body = "{\"code\": \"%s\", \"percent_bp\": 1000, \"starts_at\": %s, \"ends_at\": \"2020-01-01T00:00:00.000Z\"}";
		for (String starts : new String[] { "null", "\"2021-01-01T00:00:00.000Z\"" }) {
			assertThat(coupon(body.formatted(code, starts))).hasStatus(422)
				.bodyJson()
				.isLenientlyEqualTo("{\"errors\": [{\"pointer\": \"/ends_at\", \"code\": \"out_of_range\"}]}");
		}
		assertThat(coupon(body.formatted(code, "\"2019-01-01T00:00:00.000Z\""))).hasStatus(201);
		assertThat(coupon(body.formatted(code, "\"2019-01-01T24:00:00.000Z\""))).hasStatus(422);
	}

	private MvcTestResult coupon(String body) {
		return this.shop.send(HttpMethod.POST, "/admin/coupons", body, "Authorization", this.shop.administrator());
	}

	private MvcTestResult patch(String sku, String tag, String body) {
		return this.mvc.patch()
			.uri("/admin/products/" + sku)
			.header("Authorization", this.shop.administrator())
			.header("If-Match", tag)
			.contentType("application/merge-patch+json")
			.content(body)
			.exchange();
	}

}
