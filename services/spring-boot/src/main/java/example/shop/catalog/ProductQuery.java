package example.shop.catalog;

import java.util.Optional;
import java.util.stream.Stream;

import jakarta.validation.constraints.Pattern;
import org.hibernate.validator.constraints.CodePointLength;

import example.shop.platform.Cursors.Scope;
import example.shop.platform.Patterns;
import example.shop.platform.web.Page;

/**
 * The query of listProducts. Its values stay texts, since a cursor is bound to them as
 * they were sent. They are optional ones, because Spring looks for {@code @Nullable} by
 * reflection in each request.
 */
record ProductQuery(Optional<@CodePointLength(max = 64) String> q,
		Optional<@Pattern(regexp = Patterns.CATEGORY) String> category,
		Optional<@Pattern(regexp = PRICE) String> priceMin, Optional<@Pattern(regexp = PRICE) String> priceMax,
		Optional<@Pattern(regexp = "true|false") String> inStock,
		Optional<@Pattern(regexp = ProductOrder.PARAMETERS) String> sort,
		Optional<@Pattern(regexp = Page.LIMIT) String> limit, Optional<@CodePointLength(min = 1) String> cursor) {

	private static final String PRICE = "0|[1-9][0-9]{0,9}";

	ProductOrder order() {
		return ProductOrder.of(this.sort.orElse(null));
	}

	int rows() {
		return Integer.parseInt(this.limit.orElse(Page.DEFAULT_LIMIT));
	}

	SqlConditions conditions() {
		SqlConditions where = new SqlConditions().and("active");
		this.q.filter((text) -> !text.isEmpty()).ifPresent((text) -> {
			String pattern = "%" + text.replaceAll("[\\\\%_]", "\\\\$0") + "%";
			where.and("(name ILIKE ? OR sku ILIKE ?)", pattern, pattern);
		});
		this.category.ifPresent((name) -> where.and("category = ?", name));
		this.priceMin.ifPresent((price) -> where.and("price >= ?", Long.parseLong(price)));
		this.priceMax.ifPresent((price) -> where.and("price <= ?", Long.parseLong(price)));
		this.inStock.ifPresent((yes) -> where.and(yes.equals("true") ? "stock > 0" : "stock = 0"));
		return where;
	}

	/**
	 * What a cursor is good for: the sort, and the filters as received.
	 */
	Scope scope() {
		return new Scope("products", order().parameter(),
				Stream.of(this.q, this.category, this.priceMin, this.priceMax, this.inStock)
					.map((filter) -> filter.orElse(""))
					.toList());
	}

}
