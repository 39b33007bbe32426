package example.shop.catalog;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;

/**
 * The attributes of a product have their form (PRODUCT-2).
 */
@Documented
@Constraint(validatedBy = AttributesValidator.class)
@Target({ ElementType.FIELD, ElementType.PARAMETER })
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Attributes.List.class)
public @interface Attributes {

	String message() default "";

	Class<?>[] groups() default {};

	Class<? extends Payload>[] payload() default {};

	/**
	 * Whether they are a merge patch, in which null is allowed, and keys, levels and
	 * characters count only after the merge.
	 */
	boolean patch() default false;

	/**
	 * For several groups.
	 */
	@Documented
	@Target({ ElementType.FIELD, ElementType.PARAMETER })
	@Retention(RetentionPolicy.RUNTIME)
	@interface List {

		Attributes[] value();

	}

}
