package example.shop.carts;

import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.Patterns;
import example.shop.platform.json.JsonObject;
import example.shop.platform.security.Caller;
import example.shop.platform.web.Body;

@RestController
class CartController {

	private static final int MAX_QUANTITY = 99;

	private final CartReader reader;

	private final CartService carts;

	CartController(CartReader reader, CartService carts) {
		this.reader = reader;
		this.carts = carts;
	}

	// region getCart
	@GetMapping("/cart")
	Cart getCart(Caller caller) {
		return this.reader.read(caller.id());
	}
	// endregion

	// region putCartItem
	@PutMapping("/cart/items/{sku}")
	Cart putCartItem(Caller caller, @PathVariable String sku, @Body JsonObject body) {
		int quantity = (int) body.required("quantity").integer(1, MAX_QUANTITY);
		body.check();
		return this.carts.putItem(caller.id(), Patterns.sku(sku), quantity);
	}
	// endregion

	// region deleteCartItem
	@DeleteMapping("/cart/items/{sku}")
	Cart deleteCartItem(Caller caller, @PathVariable String sku) {
		return this.carts.deleteItem(caller.id(), Patterns.sku(sku));
	}
	// endregion

	// region putCartCoupon
	@PutMapping("/cart/coupon")
	Cart putCartCoupon(Caller caller, @Body JsonObject body) {
		String code = body.required("code").normalized(CouponCodes::normalize);
		body.check();
		return this.carts.putCoupon(caller.id(), code);
	}
	// endregion

	// region deleteCartCoupon
	@DeleteMapping("/cart/coupon")
	Cart deleteCartCoupon(Caller caller) {
		return this.carts.deleteCoupon(caller.id());
	}
	// endregion

}
