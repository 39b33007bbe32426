package example.shop.webhooks;

import java.util.Optional;
import java.util.UUID;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import example.shop.platform.json.StrictReader;
import example.shop.platform.problem.Problem;
import example.shop.platform.problem.ProblemException;
import example.shop.webhooks.PaymentRepository.PaidOrder;

@Service
class PaymentService {

	private final PaymentRepository payments;

	private final StrictReader reader;

	PaymentService(PaymentRepository payments, StrictReader reader) {
		this.payments = payments;
		this.reader = reader;
	}

	/**
	 * Applies an event once. A rejection rolls its id back too, so that it may come again
	 * corrected.
	 * @return the result, as clients are told it
	 */
	@Transactional
	String receive(String id, PaymentEvent event) {
		String type = event.type();
		if (!this.payments.insertEvent(id, type)) {
			return "duplicate";
		}
		if (!Payment.isPayment(type)) {
			return "ignored";
		}
		Payment payment = read(event);
		UUID orderId = UUID.fromString(payment.orderId());
		PaidOrder order = this.payments.lockOrder(orderId)
			.filter((found) -> found.total() == payment.amount() && found.currency().equals(payment.currency()))
			.orElseThrow(Problem.WEBHOOK_REJECTED::exception);
		Optional<PaidOrder> outcome = order.after(type);
		outcome.ifPresent((paid) -> this.payments.apply(id, orderId, paid));
		return outcome.isPresent() ? "applied" : "ignored";
	}

	private Payment read(PaymentEvent event) {
		try {
			return this.reader.read(event.data(), Payment.class);
		}
		catch (ProblemException ex) {
			throw Problem.WEBHOOK_REJECTED.exception();
		}
	}

}
