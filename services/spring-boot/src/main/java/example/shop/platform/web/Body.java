package example.shop.platform.web;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.http.MediaType;

/**
 * A parameter that takes the request's body: a
 * {@link example.shop.platform.json.JsonObject}, a {@code byte[]} as sent, or a
 * {@link StreamedBody}. It is Spring's {@code @RequestBody} with the contract's order of
 * checks and its strictness.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Body {

	/**
	 * The one media type of the operation; {@code *}{@code /*} takes any, and any coding.
	 */
	String value() default MediaType.APPLICATION_JSON_VALUE;

	/**
	 * The most bytes.
	 */
	int limit() default 65_536;

}
