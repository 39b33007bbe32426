package example.shop.admin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.hibernate.validator.constraints.Range;
import org.jspecify.annotations.Nullable;

import example.shop.carts.CouponCodes;
import example.shop.platform.problem.FieldError;

/**
 * A new coupon, as a client sends it.
 */
@CouponInput.EndsAfterItStarts
record CouponInput(@NotNull @Pattern(regexp = CouponCodes.FORM) String code,
		@NotNull @Range(min = 1, max = 10_000) Integer percentBp,
		@Range(min = 0, max = 9_900_000_000L) @Nullable Long minSubtotal,
		@JsonSetter(nulls = Nulls.SKIP) @Range(min = 1, max = 1_000_000) @Nullable Integer maxRedemptions,
		@JsonSetter(nulls = Nulls.SKIP) @Nullable Instant startsAt,
		@JsonSetter(nulls = Nulls.SKIP) @Nullable Instant endsAt) {

	@Constraint(validatedBy = EndValidator.class)
	@Target(ElementType.TYPE)
	@Retention(RetentionPolicy.RUNTIME)
	@interface EndsAfterItStarts {

		String message() default FieldError.OUT_OF_RANGE;

		Class<?>[] groups() default {};

		Class<? extends Payload>[] payload() default {};

	}

	static class EndValidator implements ConstraintValidator<EndsAfterItStarts, CouponInput> {

		@Override
		public boolean isValid(CouponInput coupon, ConstraintValidatorContext context) {
			context.disableDefaultConstraintViolation();
			context.buildConstraintViolationWithTemplate(context.getDefaultConstraintMessageTemplate())
				.addPropertyNode("ends_at")
				.addConstraintViolation();
			return coupon.startsAt == null || coupon.endsAt == null || coupon.endsAt.isAfter(coupon.startsAt);
		}

	}

}
