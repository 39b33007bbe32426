package example.shop.webhooks;

import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.json.StrictReader;
import example.shop.platform.problem.Problem;
import example.shop.platform.problem.ProblemException;

@RestController
class PaymentWebhookController {

	private final Signatures signatures;

	private final PaymentService payments;

	private final StrictReader reader;

	PaymentWebhookController(Signatures signatures, PaymentService payments, StrictReader reader) {
		this.signatures = signatures;
		this.payments = payments;
		this.reader = reader;
	}

	@PostMapping("/webhooks/payments")
	WebhookResult paymentWebhook(@RequestBody byte[] text, @RequestHeader HttpHeaders headers) {
		String id = this.signatures.verify(headers, text).orElseThrow(Problem.WEBHOOK_VERIFICATION_FAILED::exception);
		return new WebhookResult(this.payments.receive(id, read(text)));
	}

	private PaymentEvent read(byte[] text) {
		try {
			return this.reader.read(text, PaymentEvent.class);
		}
		catch (ProblemException ex) {
			throw (ex.problem() == Problem.MALFORMED_JSON) ? ex : Problem.WEBHOOK_REJECTED.exception();
		}
	}

	record WebhookResult(String result) {
	}

}
