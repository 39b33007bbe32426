package example.shop.carts;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * The contract's resource: the open cart at today's prices.
 */
public record Cart(String currency, List<Line> lines, @Nullable Coupon coupon, long subtotal, long discount, long tax,
		long shipping, long total) {

	static final Cart EMPTY = new Cart("EUR", List.of(), null, 0, 0, 0, 0, 0);

	/**
	 * A product in the cart, as the product is now.
	 *
	 * @param stock for checkout; clients see {@code inStock} only
	 */
	public record Line(String sku, String name, long unitPrice, int quantity, long lineTotal, long discount,
			int taxRateBp, long tax, boolean available, boolean inStock, @JsonIgnore int stock) {
	}

	/**
	 * The attached coupon.
	 *
	 * @param reason why it is not applied
	 */
	public record Coupon(String code, boolean applied, @Nullable String reason) {
	}

}
