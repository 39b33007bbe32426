package example.shop.catalog;

import java.util.List;
import java.util.Objects;

import jakarta.validation.constraints.Pattern;
import org.hibernate.validator.constraints.CodePointLength;
import org.jspecify.annotations.Nullable;

import example.shop.platform.Cursors.Scope;
import example.shop.platform.Patterns;
import example.shop.platform.web.Page;

/**
 * The query of listProducts. Its values stay texts, since a cursor is bound to them as
 * they were sent.
 */
record ProductQuery(@CodePointLength(max = 64) @Nullable String q,
		@Pattern(regexp = Patterns.CATEGORY) @Nullable String category,
		@Pattern(regexp = PRICE) @Nullable String priceMin, @Pattern(regexp = PRICE) @Nullable String priceMax,
		@Pattern(regexp = "true|false") @Nullable String inStock,
		@Pattern(regexp = ProductOrder.PARAMETERS) @Nullable String sort,
		@Pattern(regexp = Page.LIMIT) @Nullable String limit, @CodePointLength(min = 1) @Nullable String cursor) {

	private static final String PRICE = "0|[1-9][0-9]{0,9}";

	ProductOrder order() {
		return ProductOrder.of(this.sort);
	}

	int rows() {
		return Integer.parseInt(Objects.requireNonNullElse(this.limit, Page.DEFAULT_LIMIT));
	}

	SqlConditions conditions() {
		SqlConditions where = new SqlConditions().and("active");
		if (this.q != null && !this.q.isEmpty()) {
			String pattern = "%" + this.q.replaceAll("[\\\\%_]", "\\\\$0") + "%";
			where.and("(name ILIKE ? OR sku ILIKE ?)", pattern, pattern);
		}
		if (this.category != null) {
			where.and("category = ?", this.category);
		}
		if (this.priceMin != null) {
			where.and("price >= ?", Long.parseLong(this.priceMin));
		}
		if (this.priceMax != null) {
			where.and("price <= ?", Long.parseLong(this.priceMax));
		}
		if (this.inStock != null) {
			where.and(this.inStock.equals("true") ? "stock > 0" : "stock = 0");
		}
		return where;
	}

	/**
	 * What a cursor is good for: the sort, and the filters as received.
	 */
	Scope scope() {
		return new Scope("products", order().parameter(),
				List.of(Objects.toString(this.q, ""), Objects.toString(this.category, ""),
						Objects.toString(this.priceMin, ""), Objects.toString(this.priceMax, ""),
						Objects.toString(this.inStock, "")));
	}

}
