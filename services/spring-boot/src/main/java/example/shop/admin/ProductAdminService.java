package example.shop.admin;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import example.shop.catalog.Product;
import example.shop.catalog.ProductInput;
import example.shop.catalog.ProductRepository;
import example.shop.platform.json.StrictReader;
import example.shop.platform.problem.Problem;
import example.shop.platform.problem.StockLine;

@Service
class ProductAdminService {

	private final ProductAdminRepository products;

	private final ProductRepository catalog;

	private final JsonMapper json;

	private final StrictReader reader;

	ProductAdminService(ProductAdminRepository products, ProductRepository catalog, JsonMapper json,
			StrictReader reader) {
		this.products = products;
		this.catalog = catalog;
		this.json = json;
		this.reader = reader;
	}

	/**
	 * Patches the active product.
	 * @param precondition judges the locked product
	 */
	@Transactional
	Product patch(String sku, ProductPatch patch, Consumer<Product> precondition) {
		Product product = lock(sku, precondition);
		return this.products.update(product.id(), patch, mergeAttributes(product, patch.values().attributes()));
	}

	/**
	 * Keys and characters are counted after the merge.
	 */
	private @Nullable ObjectNode mergeAttributes(Product product, @Nullable ObjectNode patch) {
		if (patch == null) {
			return null;
		}
		ObjectNode merged = ProductPatch.merge(this.json.readTree(product.attributes()), patch);
		this.reader.checkValue(ProductInput.class, "attributes", merged, ProductInput.Whole.class);
		return merged;
	}

	@Transactional
	void archive(String sku, Consumer<Product> precondition) {
		this.products.archive(lock(sku, precondition).id());
	}

	Product adjustStock(String sku, int delta) {
		while (true) {
			Optional<Product> adjusted = this.products.adjustStock(sku, delta);
			if (adjusted.isPresent()) {
				return adjusted.get();
			}
			long stock = this.catalog.findActive(sku).orElseThrow(Problem.NOT_FOUND::exception).stock();
			if (stock + delta < 0) {
				throw Problem.INSUFFICIENT_STOCK.exception().with("lines", List.of(new StockLine(sku, -delta, stock)));
			}
			if (delta > 0 && stock + delta > ProductInput.MAX_STOCK) {
				throw Problem.STOCK_LIMIT.exception();
			}
			// The stock moved between the two statements, and there is room now.
		}
	}

	private Product lock(String sku, Consumer<Product> precondition) {
		Product product = this.products.lockActive(sku).orElseThrow(Problem.NOT_FOUND::exception);
		precondition.accept(product);
		return product;
	}

}
