package example.shop;

import java.net.URI;
import java.util.UUID;

import org.springframework.boot.test.context.TestComponent;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

import example.shop.platform.security.AccessTokens;
import example.shop.platform.security.Role;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What several tests ask the shop for.
 */
@TestComponent
public class ShopClient {

	private final MockMvcTester shop;

	private final AccessTokens tokens;

	private final String administrator;

	ShopClient(MockMvcTester shop, AccessTokens tokens) {
		this.shop = shop;
		this.tokens = tokens;
		this.administrator = "Bearer " + tokens.issue(UUID.randomUUID(), Role.ADMIN);
	}

	public String administrator() {
		return this.administrator;
	}

	/**
	 * The Authorization of a new customer.
	 */
	public String customer() {
		MvcTestResult registered = send(HttpMethod.POST, "/auth/register", """
				{"email": "%s@shop.example", "password": "correct horse", "name": "Ada"}""".formatted(unique()));
		assertThat(registered).hasStatus(201);
		return "Bearer " + this.tokens.issue(UUID.fromString(text(registered, "id")), Role.CUSTOMER);
	}

	/**
	 * The sku of a new product that costs 10.00 and is there five times.
	 */
	public String product() {
		String sku = unique().toUpperCase();
		assertThat(send(HttpMethod.POST, "/admin/products", """
				{"sku": "%s", "name": "Pen", "category": "pens", "price": 1000, "tax_rate_bp": 2000, "stock": 5}"""
			.formatted(sku), "Authorization", administrator())).hasStatus(201);
		return sku;
	}

	/**
	 * Sends a JSON body, if there is one.
	 * @param headers names and values
	 */
	public MvcTestResult send(HttpMethod method, String uri, String body, String... headers) {
		MockMvcRequestBuilder request = this.shop.method(method).uri(URI.create(uri));
		if (!body.isEmpty()) {
			request.contentType(MediaType.APPLICATION_JSON).content(body);
		}
		for (int i = 0; i < headers.length; i += 2) {
			request.header(headers[i], headers[i + 1]);
		}
		return request.exchange();
	}

	public MvcTestResult get(String uri, String... headers) {
		return send(HttpMethod.GET, uri, "", headers);
	}

	public static String unique() {
		return UUID.randomUUID().toString().substring(0, 18);
	}

	private static String text(MvcTestResult result, String member) {
		String[] found = new String[1];
		assertThat(result).bodyJson().extractingPath("$." + member).asString().satisfies((text) -> found[0] = text);
		return found[0];
	}

}
