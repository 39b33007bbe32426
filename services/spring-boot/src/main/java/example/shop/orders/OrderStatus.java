package example.shop.orders;

import java.util.Locale;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonValue;

import example.shop.platform.security.Caller;

/**
 * The states of an order, and who may move it from one to another (ORDER-2).
 */
public enum OrderStatus {

	PENDING, PAID, SHIPPED, DELIVERED, CANCELLED, REFUNDED;

	static final String NAMES = "pending|paid|shipped|delivered|cancelled|refunded";

	/**
	 * The name in JSON and in the database.
	 */
	@JsonValue
	public String value() {
		return name().toLowerCase(Locale.ROOT);
	}

	public static OrderStatus of(String value) {
		return valueOf(value.toUpperCase(Locale.ROOT));
	}

	/**
	 * Webhooks alone bring paid and refunded.
	 */
	boolean mayBecome(OrderStatus next, Caller caller) {
		if (!caller.isAdministrator()) {
			return this == PENDING && next == CANCELLED;
		}
		return switch (this) {
			case PENDING -> next == CANCELLED;
			case PAID -> Set.of(SHIPPED, CANCELLED).contains(next);
			case SHIPPED -> next == DELIVERED;
			default -> false;
		};
	}

}
