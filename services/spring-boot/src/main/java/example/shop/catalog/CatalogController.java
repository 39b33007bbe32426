package example.shop.catalog;

import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.Cursors;
import example.shop.platform.Patterns;
import example.shop.platform.problem.Problem;
import example.shop.platform.web.EntityTag;
import example.shop.platform.web.Page;
import example.shop.platform.web.Query;

@RestController
class CatalogController {

	private final ProductRepository products;

	private final Cursors cursors;

	CatalogController(ProductRepository products, Cursors cursors) {
		this.products = products;
		this.cursors = cursors;
	}

	// region listProducts
	@GetMapping("/products")
	ResponseEntity<Page<Product>> listProducts(Query query) {
		ProductListRequest request = ProductListRequest.read(query, this.cursors);
		List<Product> found = this.products.list(request);
		return Page.of("/products", query, found, request.limit(),
				(last) -> this.cursors.seal(request.scope(), request.order().positionOf(last)));
	}
	// endregion

	// region getProduct
	@GetMapping("/products/{sku}")
	@Nullable Product getProduct(@PathVariable String sku, HttpServletRequest request, HttpServletResponse response) {
		Product product = this.products.findActive(Patterns.sku(sku)).orElseThrow(Problem.NOT_FOUND::exception);
		return EntityTag.unlessMatched(request, response, product.version(), product);
	}
	// endregion

}
