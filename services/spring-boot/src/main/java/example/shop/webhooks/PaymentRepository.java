package example.shop.webhooks;

import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class PaymentRepository {

	private final JdbcClient jdbc;

	PaymentRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Notes an event as ignored, unless its id was seen before. Of several deliveries at
	 * once the others wait here until the first one commits or is rejected.
	 */
	boolean insertEvent(String id, String type) {
		return this.jdbc.sql("INSERT INTO webhook_events (id, type) VALUES (?, ?) ON CONFLICT (id) DO NOTHING")
			.param(id)
			.param(type)
			.update() > 0;
	}

	Optional<PaidOrder> lockOrder(UUID id) {
		return this.jdbc
			.sql("SELECT status, payment_status, currency, total FROM orders WHERE id = ? FOR NO KEY UPDATE")
			.param(id)
			.query((row, _) -> new PaidOrder(row.getString("status"), row.getString("payment_status"),
					row.getString("currency"), row.getLong("total")))
			.optional();
	}

	void apply(String event, UUID order, PaidOrder outcome) {
		this.jdbc.sql("UPDATE orders SET status = ?, payment_status = ? WHERE id = ?")
			.param(outcome.status())
			.param(outcome.paymentStatus())
			.param(order)
			.update();
		this.jdbc.sql("UPDATE webhook_events SET result = 'applied' WHERE id = ?").param(event).update();
	}

	/**
	 * What payments change of an order, and what they must fit.
	 */
	record PaidOrder(String status, String paymentStatus, String currency, long total) {

		/**
		 * What a payment event makes of the order, or nothing if it has seen that or
		 * more. The result is the same for any order of the same events.
		 */
		Optional<PaidOrder> after(String type) {
			String reached = Payment.statusOf(type);
			if (Payment.STATUSES.indexOf(reached) <= Payment.STATUSES.indexOf(this.paymentStatus)) {
				return Optional.empty();
			}
			String next = switch (reached) {
				case "refunded" -> "refunded";
				case "succeeded" -> this.status.equals("pending") ? "paid" : this.status;
				default -> this.status;
			};
			return Optional.of(new PaidOrder(next, reached, this.currency, this.total));
		}

	}

}
