package example.shop.catalog;

import java.util.Arrays;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import example.shop.platform.Cursors.Position;

/**
 * The ways to sort, each a row comparison over one of the partial indexes of
 * {@code schema.sql}.
 */
enum ProductOrder {

	NEWEST("newest", "created_at DESC, id DESC", "(created_at, id) < (?, ?)",
			(product) -> Position.of(product.createdAt(), product.id()), Position::time),
	PRICE("price", "price, id", "(price, id) > (?, ?)", ProductOrder::byPrice, Position::price),
	PRICE_DESCENDING("-price", "price DESC, id DESC", "(price, id) < (?, ?)", ProductOrder::byPrice, Position::price),
	NAME("name", "name COLLATE \"C\", id", "(name COLLATE \"C\", id) > (?, ?)",
			(product) -> new Position(product.name(), product.id()), Position::name);

	static final String PARAMETERS = "newest|price|-price|name";

	private final String parameter;

	private final String orderBy;

	private final String after;

	private final Function<Product, Position> position;

	private final Function<Position, Object> key;

	ProductOrder(String parameter, String orderBy, String after, Function<Product, Position> position,
			Function<Position, Object> key) {
		this.parameter = parameter;
		this.orderBy = orderBy;
		this.after = after;
		this.position = position;
		this.key = key;
	}

	/**
	 * The order of a query's {@code sort}, the first if it is absent.
	 */
	static ProductOrder of(@Nullable String parameter) {
		return Arrays.stream(values()).filter((order) -> order.parameter.equals(parameter)).findFirst().orElse(NEWEST);
	}

	String parameter() {
		return this.parameter;
	}

	String orderBy() {
		return this.orderBy;
	}

	Position positionOf(Product product) {
		return this.position.apply(product);
	}

	void goOnAfter(Position last, SqlConditions where) {
		where.and(this.after, this.key.apply(last), last.id());
	}

	private static Position byPrice(Product product) {
		return new Position(Long.toString(product.price()), product.id());
	}

}
