package example.shop.events;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;

import example.shop.EndpointTest;
import example.shop.ShopClient;

import static org.assertj.core.api.Assertions.assertThat;

@EndpointTest
class EventEndpointTests {

	@Autowired
	private ShopClient shop;

	@Test
	void ordersNeedAToken() {
		assertThat(this.shop.get("/events?topic=orders&foo=1")).hasStatus(401);
		assertThat(this.shop.get("/events?topic=%6Frders")).hasStatus(401);
		assertThat(this.shop.send(HttpMethod.HEAD, "/events?topic=orders", "", "Authorization", this.shop.customer()))
			.hasStatusOk()
			.hasContentType("text/event-stream");
	}

	@Test
	void topicIsRequired() {
		assertThat(this.shop.get("/events")).hasStatus(400)
			.bodyJson()
			.isLenientlyEqualTo("{\"errors\": [{\"parameter\": \"topic\", \"code\": \"required\"}]}");
		assertThat(this.shop.get("/events?topic=stock", "Last-Event-ID", "x")).hasStatus(400);
	}

}
