package example.shop.admin;

import java.net.URI;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import example.shop.catalog.Product;
import example.shop.catalog.ProductInput;
import example.shop.platform.Patterns;
import example.shop.platform.json.JsonField;
import example.shop.platform.json.JsonObject;
import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.Problem;
import example.shop.platform.web.Body;
import example.shop.platform.web.EntityTag;

@RestController
@RequestMapping("/admin/products")
class ProductAdminController {

	/** Members of a product that no request may send. */
	private static final List<String> DATABASE_OWNED = List.of("id", "active", "version", "created_at", "updated_at");

	private static final int MAX_DELTA = 100_000;

	private final ProductAdminRepository products;

	private final ProductAdminService service;

	ProductAdminController(ProductAdminRepository products, ProductAdminService service) {
		this.products = products;
		this.service = service;
	}

	// region createProduct
	@PostMapping
	ResponseEntity<Product> createProduct(@Body JsonObject body) {
		ProductInput input = ProductInput.read(body, ProductInput.MAX_STOCK);
		body.readOnly(DATABASE_OWNED);
		body.check();
		Product product = this.products.create(input).orElseThrow(Problem.SKU_TAKEN::exception);
		return ResponseEntity.created(URI.create("/products/" + product.sku()))
			.eTag(EntityTag.of(product.version()))
			.body(product);
	}
	// endregion

	// region patchProduct
	@PatchMapping("/{sku}")
	ResponseEntity<Product> patchProduct(@PathVariable String sku,
			@Body("application/merge-patch+json") JsonObject body, HttpServletRequest request) {
		ProductPatch patch = new ProductPatch(body);
		body.readOnly(DATABASE_OWNED);
		body.readOnly(List.of("sku", "stock"));
		body.check();
		return changed(this.service.patch(Patterns.sku(sku), patch,
				(locked) -> EntityTag.requireMatch(request, locked.version())));
	}
	// endregion

	// region archiveProduct
	@DeleteMapping("/{sku}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void archiveProduct(@PathVariable String sku, HttpServletRequest request) {
		this.service.archive(Patterns.sku(sku), (locked) -> EntityTag.requireMatch(request, locked.version()));
	}
	// endregion

	// region adjustStock
	@PostMapping("/{sku}/stock")
	ResponseEntity<Product> adjustStock(@PathVariable String sku, @Body JsonObject body) {
		JsonField delta = body.required("delta");
		int units = (int) delta.integer(-MAX_DELTA, MAX_DELTA);
		if (units == 0) {
			delta.fail(FieldError.OUT_OF_RANGE);
		}
		body.check();
		return changed(this.service.adjustStock(Patterns.sku(sku), units));
	}
	// endregion

	/**
	 * The answer of operations whose path is not the product's own.
	 */
	private static ResponseEntity<Product> changed(Product product) {
		return ResponseEntity.ok()
			.eTag(EntityTag.of(product.version()))
			.header(HttpHeaders.CONTENT_LOCATION, "/products/" + product.sku())
			.body(product);
	}

}
