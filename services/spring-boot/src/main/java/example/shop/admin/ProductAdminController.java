package example.shop.admin;

import java.net.URI;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.Range;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

import example.shop.catalog.Product;
import example.shop.catalog.ProductInput;
import example.shop.platform.Patterns;
import example.shop.platform.json.StrictReader;
import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.Problem;
import example.shop.platform.web.EntityTag;

@RestController
@RequestMapping("/admin/products")
class ProductAdminController {

	private final ProductAdminRepository products;

	private final ProductAdminService service;

	private final StrictReader reader;

	ProductAdminController(ProductAdminRepository products, ProductAdminService service, StrictReader reader) {
		this.products = products;
		this.service = service;
		this.reader = reader;
	}

	@PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<Product> createProduct(@Validated(ProductInput.Create.class) @RequestBody ProductInput body) {
		Product product = this.products.create(body).orElseThrow(Problem.SKU_TAKEN::exception);
		return ResponseEntity.created(URI.create("/products/" + product.sku()))
			.eTag(EntityTag.of(product.version()))
			.body(product);
	}

	@PatchMapping(path = Patterns.SKU_IN_PATH, consumes = "application/merge-patch+json")
	ResponseEntity<Product> patchProduct(@PathVariable String sku, @RequestBody ObjectNode body,
			HttpServletRequest request) {
		ProductPatch patch = ProductPatch.read(body, this.reader);
		return changed(this.service.patch(sku, patch, (locked) -> EntityTag.requireMatch(request, locked.version())));
	}

	@DeleteMapping(Patterns.SKU_IN_PATH)
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void archiveProduct(@PathVariable String sku, HttpServletRequest request) {
		this.service.archive(sku, (locked) -> EntityTag.requireMatch(request, locked.version()));
	}

	@PostMapping(path = Patterns.SKU_IN_PATH + "/stock", consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<Product> adjustStock(@PathVariable String sku, @Valid @RequestBody Adjustment body) {
		if (body.delta() == 0) {
			throw Problem.VALIDATION_FAILED.exception()
				.withErrors(List.of(FieldError.ofPointer("/delta", FieldError.OUT_OF_RANGE)));
		}
		return changed(this.service.adjustStock(sku, body.delta()));
	}

	/**
	 * The answer of operations whose path is not the product's own.
	 */
	private static ResponseEntity<Product> changed(Product product) {
		return ResponseEntity.ok()
			.eTag(EntityTag.of(product.version()))
			.header(HttpHeaders.CONTENT_LOCATION, "/products/" + product.sku())
			.body(product);
	}

	record Adjustment(@NotNull @Range(min = -100_000, max = 100_000) Integer delta) {
	}

}
