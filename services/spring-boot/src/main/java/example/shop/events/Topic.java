package example.shop.events;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

enum Topic {

	STOCK, ORDERS;

	static final List<String> NAMES = Arrays.stream(values()).map(Topic::value).toList();

	String value() {
		return name().toLowerCase(Locale.ROOT);
	}

	static Optional<Topic> of(String value) {
		return Arrays.stream(values()).filter((topic) -> topic.value().equals(value)).findFirst();
	}

}
