package example.shop.events;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

enum Topic {

	STOCK, ORDERS;

	static final String NAMES = "stock|orders";

	String value() {
		return name().toLowerCase(Locale.ROOT);
	}

	static Optional<Topic> of(String value) {
		return Arrays.stream(values()).filter((topic) -> topic.value().equals(value)).findFirst();
	}

}
