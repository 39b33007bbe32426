package example.shop.carts;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

import example.shop.carts.CartRepository.AttachedCoupon;
import example.shop.carts.CartRepository.CartProduct;

/**
 * Reads carts, for {@code GET /cart} and for checkout alike.
 */
@Component
public class CartReader {

	private final CartRepository carts;

	CartReader(CartRepository carts) {
		this.carts = carts;
	}

	/**
	 * The user's open cart, or an empty one.
	 */
	public Cart read(UUID user) {
		return this.carts.findOpen(user)
			.map((cart) -> price(this.carts.listProducts(cart.id()), cart.coupon()))
			.orElse(Cart.EMPTY);
	}

	private static Cart price(List<CartProduct> products, @Nullable AttachedCoupon attached) {
		Pricing.Coupon holding = (attached != null && attached.reason() == null)
				? new Pricing.Coupon(attached.percentBp(), attached.minSubtotal()) : null;
		Pricing.Totals totals = Pricing.calculate(products.stream()
			.map((product) -> new Pricing.Line(product.price(), product.quantity(), product.taxRateBp(),
					product.active()))
			.toList(), holding);
		List<Cart.Line> lines = new ArrayList<>();
		for (int i = 0; i < products.size(); i++) {
			CartProduct product = products.get(i);
			Pricing.PricedLine priced = totals.lines().get(i);
			lines.add(new Cart.Line(product.sku(), product.name(), product.price(), product.quantity(),
					priced.lineTotal(), priced.discount(), product.taxRateBp(), priced.tax(), product.active(),
					product.stock() >= product.quantity(), product.stock()));
		}
		return new Cart(Cart.EMPTY.currency(), lines, coupon(attached, totals.applied()), totals.subtotal(),
				totals.discount(), totals.tax(), totals.shipping(), totals.total());
	}

	private static Cart.@Nullable Coupon coupon(@Nullable AttachedCoupon attached, boolean applied) {
		if (attached == null) {
			return null;
		}
		String reason = (attached.reason() == null && !applied) ? "min_subtotal" : attached.reason();
		return new Cart.Coupon(attached.code(), applied, reason);
	}

}
