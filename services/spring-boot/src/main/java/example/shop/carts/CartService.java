package example.shop.carts;

import java.util.UUID;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import example.shop.catalog.Product;
import example.shop.catalog.ProductRepository;
import example.shop.platform.database.Constraints;
import example.shop.platform.problem.Problem;

/**
 * Changes the open cart. Each method locks it first and gives it back as it is then
 * (CART-8).
 */
@Service
@Transactional
class CartService {

	private static final int MAX_LINES = 20;

	private final CartRepository carts;

	private final CartReader reader;

	private final ProductRepository products;

	CartService(CartRepository carts, CartReader reader, ProductRepository products) {
		this.carts = carts;
		this.reader = reader;
		this.products = products;
	}

	Cart putItem(UUID user, String sku, int quantity) {
		UUID cart = lockOpen(user);
		Product product = this.products.findActive(sku).orElseThrow(Problem.NOT_FOUND::exception);
		if (!this.carts.putItem(cart, product.id(), quantity, MAX_LINES)) {
			throw Problem.CART_FULL.exception();
		}
		return this.reader.read(user);
	}

	Cart deleteItem(UUID user, String sku) {
		this.carts.deleteItem(lockOpen(user), sku);
		return this.reader.read(user);
	}

	Cart putCoupon(UUID user, String code) {
		if (!this.carts.attachCoupon(lockOpen(user), code)) {
			throw Problem.COUPON_NOT_FOUND.exception();
		}
		return this.reader.read(user);
	}

	Cart deleteCoupon(UUID user) {
		this.carts.detachCoupon(lockOpen(user));
		return this.reader.read(user);
	}

	/**
	 * Locks the open cart, and makes one if there is none. A checkout that closes the
	 * cart while this waits leaves no open one, so it looks again.
	 */
	private UUID lockOpen(UUID user) {
		while (true) {
			var locked = this.carts.lockOpen(user);
			if (locked.isPresent()) {
				return locked.get();
			}
			open(user);
		}
	}

	private void open(UUID user) {
		try {
			this.carts.open(user);
		}
		catch (DataIntegrityViolationException ex) {
			// A new cart has no foreign key but its user's: the one of the token was
			// deleted.
			throw Constraints.isOfForeignKey(ex) ? Problem.UNAUTHENTICATED.exception() : ex;
		}
	}

}
