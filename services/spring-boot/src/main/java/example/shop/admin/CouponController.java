package example.shop.admin;

import java.util.List;

import jakarta.validation.Valid;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.database.Constraints;
import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.Problem;

@RestController
class CouponController {

	private final CouponRepository coupons;

	CouponController(CouponRepository coupons) {
		this.coupons = coupons;
	}

	@PostMapping(path = "/admin/coupons", consumes = MediaType.APPLICATION_JSON_VALUE)
	@ResponseStatus(HttpStatus.CREATED)
	Coupon createCoupon(@Valid @RequestBody CouponInput body) {
		try {
			return this.coupons.create(body).orElseThrow(Problem.CODE_TAKEN::exception);
		}
		catch (DataIntegrityViolationException ex) {
			if (!Constraints.isOf("coupons_window_ck", ex)) {
				throw ex;
			}
			// It starts now, by the database's clock, and would have ended before.
			throw Problem.VALIDATION_FAILED.exception()
				.withErrors(List.of(FieldError.ofPointer("/ends_at", FieldError.OUT_OF_RANGE)));
		}
	}

}
