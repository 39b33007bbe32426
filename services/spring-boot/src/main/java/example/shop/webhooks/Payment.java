package example.shop.webhooks;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.hibernate.validator.constraints.CodePointLength;
import org.hibernate.validator.constraints.Range;

import example.shop.platform.Patterns;

/**
 * The data of a payment event.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Payment(@NotNull @CodePointLength(min = 1, max = 200) String paymentId,
		@NotNull @Pattern(regexp = Patterns.UUID) String orderId, @NotNull @Range(min = 0) Long amount,
		@NotNull @CodePointLength(min = 3, max = 3) String currency) {

	/** Rising: an order never goes back. */
	static final List<String> STATUSES = List.of("none", "failed", "succeeded", "refunded");

	private static final String TYPE_PREFIX = "payment.";

	/**
	 * Whether an event type means a payment.
	 */
	static boolean isPayment(String type) {
		return type.startsWith(TYPE_PREFIX) && STATUSES.indexOf(statusOf(type)) > 0;
	}

	/**
	 * The payment status that an event brings.
	 */
	static String statusOf(String type) {
		return type.substring(TYPE_PREFIX.length());
	}

}
