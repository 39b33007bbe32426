package example.shop.checkout;

import java.net.URI;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.RateLimiter;
import example.shop.platform.security.Caller;
import example.shop.platform.web.Body;
import example.shop.platform.web.EntityTag;

@RestController
class CheckoutController {

	private static final RateLimiter.Policy LIMIT = new RateLimiter.Policy("checkout", 20, 3);

	private final CheckoutService service;

	private final RateLimiter limiter;

	CheckoutController(CheckoutService service, RateLimiter limiter) {
		this.service = service;
		this.limiter = limiter;
	}

	// region checkout
	@PostMapping("/checkout")
	ResponseEntity<String> checkout(Caller caller, @Body byte[] body, @RequestHeader HttpHeaders headers) {
		CheckoutRequest request = CheckoutRequest.read(caller.id(), headers.getOrEmpty("Idempotency-Key"), body);
		this.limiter.take(LIMIT, caller.id().toString());
		CheckoutService.Answer answer = this.service.checkout(request);
		ResponseEntity.BodyBuilder response = ResponseEntity.created(URI.create(answer.location()))
			.eTag(EntityTag.of(1))
			.contentType(MediaType.APPLICATION_JSON);
		if (answer.replayed()) {
			response.header("Idempotent-Replayed", "true");
		}
		return response.body(answer.body());
	}
	// endregion

}
