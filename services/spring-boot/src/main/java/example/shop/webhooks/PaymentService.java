package example.shop.webhooks;

import java.util.Optional;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import example.shop.platform.json.JsonObject;
import example.shop.platform.problem.Problem;
import example.shop.webhooks.PaymentRepository.PaidOrder;

@Service
class PaymentService {

	private final PaymentRepository payments;

	PaymentService(PaymentRepository payments) {
		this.payments = payments;
	}

	/**
	 * Applies an event once. A rejection rolls its id back too, so that it may come again
	 * corrected.
	 * @return the result, as clients are told it
	 */
	@Transactional
	String receive(String id, String type, JsonObject event) {
		if (!this.payments.insertEvent(id, type)) {
			return "duplicate";
		}
		if (!Payment.isPayment(type)) {
			return "ignored";
		}
		Payment payment = Payment.read(event);
		PaidOrder order = this.payments.lockOrder(payment.order())
			.filter((found) -> found.total() == payment.amount() && found.currency().equals(payment.currency()))
			.orElseThrow(Problem.WEBHOOK_REJECTED::exception);
		Optional<PaidOrder> outcome = order.after(type);
		outcome.ifPresent((paid) -> this.payments.apply(id, payment.order(), paid));
		return outcome.isPresent() ? "applied" : "ignored";
	}

}
