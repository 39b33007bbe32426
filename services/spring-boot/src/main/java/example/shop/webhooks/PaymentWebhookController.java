package example.shop.webhooks;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.json.JsonObject;
import example.shop.platform.json.StrictJson;
import example.shop.platform.problem.Problem;
import example.shop.platform.web.Body;

@RestController
class PaymentWebhookController {

	private static final int MAX_TYPE = 100;

	private final Signatures signatures;

	private final PaymentService payments;

	PaymentWebhookController(Signatures signatures, PaymentService payments) {
		this.signatures = signatures;
		this.payments = payments;
	}

	// region paymentWebhook
	@PostMapping("/webhooks/payments")
	WebhookResult paymentWebhook(@Body(MediaType.ALL_VALUE) byte[] text, @RequestHeader HttpHeaders headers) {
		String id = this.signatures.verify(headers, text).orElseThrow(Problem.WEBHOOK_VERIFICATION_FAILED::exception);
		JsonObject event = StrictJson.parse(text);
		event.ignoreUnknown();
		String type = event.required("type").text(1, MAX_TYPE);
		if (!event.errors().isEmpty()) {
			throw Problem.WEBHOOK_REJECTED.exception();
		}
		return new WebhookResult(this.payments.receive(id, type, event));
	}
	// endregion

	record WebhookResult(String result) {
	}

}
