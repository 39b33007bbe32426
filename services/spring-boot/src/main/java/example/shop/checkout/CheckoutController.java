package example.shop.checkout;

import java.net.URI;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.RateLimiter;
import example.shop.platform.json.StrictReader;
import example.shop.platform.security.Caller;
import example.shop.platform.web.EntityTag;

@RestController
class CheckoutController {

	private static final RateLimiter.Policy LIMIT = new RateLimiter.Policy("checkout", 20, 3);

	private final CheckoutService service;

	private final RateLimiter limiter;

	private final StrictReader reader;

	CheckoutController(CheckoutService service, RateLimiter limiter, StrictReader reader) {
		this.service = service;
		this.limiter = limiter;
		this.reader = reader;
	}

	@PostMapping(path = "/checkout", consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<String> checkout(@AuthenticationPrincipal Caller caller, @RequestBody byte[] body,
			@RequestHeader HttpHeaders headers) {
		CheckoutRequest request = CheckoutRequest.of(caller.id(),
				CheckoutRequest.key(headers.getOrEmpty("Idempotency-Key")), body,
				this.reader.read(body, CheckoutRequest.Body.class));
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

}
