package example.shop.checkout;

import java.util.List;
import java.util.function.Predicate;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

import example.shop.carts.Cart;
import example.shop.carts.CartReader;
import example.shop.checkout.CheckoutRepository.LockedCart;
import example.shop.checkout.CheckoutRepository.StoredAnswer;
import example.shop.orders.Order;
import example.shop.platform.problem.Problem;
import example.shop.platform.problem.StockLine;

/**
 * Turns a cart into an order, once.
 */
@Service
class CheckoutService {

	private final CheckoutRepository repository;

	private final CartReader carts;

	private final JsonMapper json;

	CheckoutService(CheckoutRepository repository, CartReader carts, JsonMapper json) {
		this.repository = repository;
		this.carts = carts;
		this.json = json;
	}

	/**
	 * One transaction takes the stock, makes the order and stores the answer; a problem
	 * rolls all of it back. Locks are taken in the order of DB-3: key, cart, coupon,
	 * products; the triggers at COMMIT take the event lock.
	 */
	@Transactional
	Answer checkout(CheckoutRequest request) {
		if (!this.repository.tryLockKey(request)) {
			throw Problem.IDEMPOTENCY_IN_PROGRESS.exception();
		}
		StoredAnswer stored = this.repository.findAnswer(request).orElse(null);
		if (stored != null) {
			if (!stored.fingerprint().equals(request.fingerprint())) {
				throw Problem.IDEMPOTENCY_KEY_REUSED.exception();
			}
			return new Answer(stored.location(), stored.body(), true);
		}
		Order order = placeOrder(request);
		Answer answer = new Answer("/orders/" + order.id(), this.json.writeValueAsString(order), false);
		this.repository.storeAnswer(request, answer);
		return answer;
	}

	private Order placeOrder(CheckoutRequest request) {
		LockedCart locked = this.repository.lockCart(request.user()).orElseThrow(Problem.CART_EMPTY::exception);
		if (locked.coupon() != null) {
			this.repository.lockCoupon(locked.coupon());
		}
		this.repository.lockProducts(locked.id());
		// Under READ COMMITTED a statement after the locks sees what others committed
		// while these waited.
		Cart cart = this.carts.read(request.user());
		judge(cart, request.expectedTotal());
		this.repository.takeStock(locked.id());
		Order order = this.repository.createOrder(request.user(), locked.id(), cart);
		if (locked.coupon() != null) {
			this.repository.redeemCoupon(locked.coupon(), request.user(), order.id());
		}
		this.repository.closeCart(locked.id());
		return order;
	}

	/**
	 * The rest of CHECKOUT-5: the first that holds.
	 */
	static void judge(Cart cart, long expectedTotal) {
		if (cart.lines().isEmpty()) {
			throw Problem.CART_EMPTY.exception();
		}
		List<StockLine> archived = stockLines(cart, (line) -> !line.available());
		if (!archived.isEmpty()) {
			throw Problem.PRODUCT_UNAVAILABLE.exception().with("lines", archived);
		}
		List<StockLine> shortOf = stockLines(cart, (line) -> !line.inStock());
		if (!shortOf.isEmpty()) {
			throw Problem.INSUFFICIENT_STOCK.exception().with("lines", shortOf);
		}
		if (cart.coupon() != null && !cart.coupon().applied()) {
			throw Problem.COUPON_NOT_APPLICABLE.exception();
		}
		if (cart.total() != expectedTotal) {
			throw Problem.TOTAL_CHANGED.exception().with("total", cart.total());
		}
	}

	private static List<StockLine> stockLines(Cart cart, Predicate<Cart.Line> atFault) {
		return cart.lines()
			.stream()
			.filter(atFault)
			.map((line) -> new StockLine(line.sku(), line.quantity(), line.available() ? line.stock() : 0))
			.toList();
	}

	/**
	 * What is sent, and stored for a replay byte by byte.
	 */
	record Answer(String location, String body, boolean replayed) {
	}

}
