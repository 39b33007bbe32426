package example.shop.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * The conditions of a WHERE, each with its parameters.
 */
class SqlConditions {

	private final List<String> conditions = new ArrayList<>();

	private final List<Object> parameters = new ArrayList<>();

	SqlConditions and(String condition, Object... values) {
		this.conditions.add(condition);
		this.parameters.addAll(List.of(values));
		return this;
	}

	String text() {
		return String.join(" AND ", this.conditions);
	}

	List<Object> parameters() {
		return this.parameters;
	}

}
