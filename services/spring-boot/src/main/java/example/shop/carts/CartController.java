package example.shop.carts;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.hibernate.validator.constraints.Range;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.Patterns;
import example.shop.platform.security.Caller;

@RestController
class CartController {

	private final CartReader reader;

	private final CartService carts;

	CartController(CartReader reader, CartService carts) {
		this.reader = reader;
		this.carts = carts;
	}

	@GetMapping("/cart")
	Cart getCart(@AuthenticationPrincipal Caller caller) {
		return this.reader.read(caller.id());
	}

	@PutMapping(path = "/cart/items" + Patterns.SKU_IN_PATH, consumes = MediaType.APPLICATION_JSON_VALUE)
	Cart putCartItem(@AuthenticationPrincipal Caller caller, @PathVariable String sku, @Valid @RequestBody Item body) {
		return this.carts.putItem(caller.id(), sku, body.quantity());
	}

	@DeleteMapping("/cart/items" + Patterns.SKU_IN_PATH)
	Cart deleteCartItem(@AuthenticationPrincipal Caller caller, @PathVariable String sku) {
		return this.carts.deleteItem(caller.id(), sku);
	}

	@PutMapping(path = "/cart/coupon", consumes = MediaType.APPLICATION_JSON_VALUE)
	Cart putCartCoupon(@AuthenticationPrincipal Caller caller, @Valid @RequestBody CouponCode body) {
		return this.carts.putCoupon(caller.id(), CouponCodes.normalize(body.code()));
	}

	@DeleteMapping("/cart/coupon")
	Cart deleteCartCoupon(@AuthenticationPrincipal Caller caller) {
		return this.carts.deleteCoupon(caller.id());
	}

	record Item(@NotNull @Range(min = 1, max = 99) Integer quantity) {
	}

	record CouponCode(@NotNull @Pattern(regexp = CouponCodes.FORM) String code) {
	}

}
