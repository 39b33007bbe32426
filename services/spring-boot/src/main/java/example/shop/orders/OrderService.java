package example.shop.orders;

import java.util.UUID;
import java.util.function.Consumer;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import example.shop.platform.problem.Problem;
import example.shop.platform.security.Caller;

@Service
class OrderService {

	private final OrderRepository orders;

	OrderService(OrderRepository orders) {
		this.orders = orders;
	}

	/**
	 * Brings an order to another status, under its lock. A cancelled order that is
	 * cancelled again stays as it is.
	 * @param precondition judges the locked order
	 */
	@Transactional
	Order move(UUID id, OrderStatus to, Caller caller, Consumer<Order> precondition) {
		Order order = this.orders.lock(id, caller).orElseThrow(Problem.NOT_FOUND::exception);
		precondition.accept(order);
		if (order.status() == OrderStatus.CANCELLED && to == OrderStatus.CANCELLED) {
			return this.orders.withLines(order);
		}
		if (!order.status().mayBecome(to, caller)) {
			throw Problem.INVALID_TRANSITION.exception().with("from", order.status()).with("to", to);
		}
		if (to == OrderStatus.CANCELLED) {
			this.orders.giveStockBack(id);
		}
		return this.orders.withLines(this.orders.setStatus(id, to));
	}

}
