package example.shop.catalog;

import java.util.List;
import java.util.Objects;

import example.shop.platform.Cursors.Scope;
import example.shop.platform.Cursors;
import example.shop.platform.Patterns;
import example.shop.platform.web.Query;

/**
 * A checked query of listProducts.
 *
 * @param scope binds a cursor to the sort and to the filters as received
 */
record ProductListRequest(SqlConditions conditions, ProductOrder order, int limit, Scope scope) {

	private static final int MAX_SEARCH = 64;

	private static final long MAX_PRICE = 9_999_999_999L;

	private static final long DEFAULT_LIMIT = 20;

	static ProductListRequest read(Query query, Cursors cursors) {
		String search = query.search("q", MAX_SEARCH);
		String category = query.pattern("category", Patterns.CATEGORY);
		Long priceMin = query.integer("price_min", 0, MAX_PRICE);
		Long priceMax = query.integer("price_max", 0, MAX_PRICE);
		String inStock = query.oneOf("in_stock", List.of("true", "false"));
		ProductOrder order = ProductOrder.of(query.oneOf("sort", ProductOrder.NAMES));
		long limit = Objects.requireNonNullElse(query.integer("limit", 1, 100), DEFAULT_LIMIT);
		String cursor = query.text("cursor");
		query.check();

		SqlConditions where = new SqlConditions().and("active");
		if (!search.isEmpty()) {
			String pattern = "%" + search.replaceAll("[\\\\%_]", "\\\\$0") + "%";
			where.and("(name ILIKE ? OR sku ILIKE ?)", pattern, pattern);
		}
		if (!category.isEmpty()) {
			where.and("category = ?", category);
		}
		if (priceMin != null) {
			where.and("price >= ?", priceMin);
		}
		if (priceMax != null) {
			where.and("price <= ?", priceMax);
		}
		if (!inStock.isEmpty()) {
			where.and(inStock.equals("true") ? "stock > 0" : "stock = 0");
		}
		Scope scope = new Scope("products", order.parameter(),
				List.of(search, category, Objects.toString(priceMin, ""), Objects.toString(priceMax, ""), inStock));
		if (!cursor.isEmpty()) {
			order.goOnAfter(cursors.open(scope, cursor), where);
		}
		return new ProductListRequest(where, order, (int) limit, scope);
	}

}
