package example.shop.catalog;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.Cursors;
import example.shop.platform.Patterns;
import example.shop.platform.problem.Problem;
import example.shop.platform.web.EntityTag;
import example.shop.platform.web.Page;

@RestController
class CatalogController {

	private final ProductRepository products;

	private final Cursors cursors;

	CatalogController(ProductRepository products, Cursors cursors) {
		this.products = products;
		this.cursors = cursors;
	}

	@GetMapping("/products")
	ResponseEntity<Page<Product>> listProducts(@Valid @ModelAttribute ProductQuery query, HttpServletRequest request) {
		ProductOrder order = query.order();
		SqlConditions where = query.conditions();
		query.cursor().ifPresent((cursor) -> order.goOnAfter(this.cursors.open(query.scope(), cursor), where));
		List<Product> found = this.products.list(where, order, query.rows() + 1);
		return Page.of(request, found, query.rows(),
				(last) -> this.cursors.seal(query.scope(), order.positionOf(last)));
	}

	@GetMapping("/products" + Patterns.SKU_IN_PATH)
	@Nullable Product getProduct(@PathVariable String sku, HttpServletRequest request, HttpServletResponse response) {
		Product product = this.products.findActive(sku).orElseThrow(Problem.NOT_FOUND::exception);
		return EntityTag.unlessMatched(request, response, product.version(), product);
	}

}
