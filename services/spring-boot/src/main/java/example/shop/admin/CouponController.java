package example.shop.admin;

import java.time.OffsetDateTime;
import java.util.List;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import example.shop.carts.CouponCodes;
import example.shop.platform.database.Violations;
import example.shop.platform.json.JsonField;
import example.shop.platform.json.JsonObject;
import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.Problem;
import example.shop.platform.web.Body;

@RestController
class CouponController {

	private final CouponRepository coupons;

	CouponController(CouponRepository coupons) {
		this.coupons = coupons;
	}

	// region createCoupon
	@PostMapping("/admin/coupons")
	@ResponseStatus(HttpStatus.CREATED)
	Coupon createCoupon(@Body JsonObject body) {
		String code = body.required("code").normalized(CouponCodes::normalize);
		int percentBp = (int) body.required("percent_bp").integer(1, 10_000);
		long minSubtotal = body.optional("min_subtotal").integer(0, 9_900_000_000L);
		long redemptions = body.nullable("max_redemptions").integer(1, 1_000_000);
		OffsetDateTime starts = body.nullable("starts_at").timestamp();
		JsonField end = body.nullable("ends_at");
		OffsetDateTime ends = end.timestamp();
		if (starts != null && ends != null && !ends.isAfter(starts)) {
			end.fail(FieldError.OUT_OF_RANGE);
		}
		body.check();
		try {
			return this.coupons
				.create(code, percentBp, minSubtotal, (redemptions > 0) ? (int) redemptions : null, starts, ends)
				.orElseThrow(Problem.CODE_TAKEN::exception);
		}
		catch (DataIntegrityViolationException ex) {
			if (!Violations.isOf("coupons_window_ck", ex)) {
				throw ex;
			}
			// It starts now, by the database's clock, and would have ended before.
			throw Problem.VALIDATION_FAILED.exception()
				.with("errors", List.of(FieldError.ofPointer("/ends_at", FieldError.OUT_OF_RANGE)));
		}
	}
	// endregion

}
