package example.shop.bulk;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

import example.shop.catalog.ProductInput;
import example.shop.platform.json.StrictReader;
import example.shop.platform.problem.FieldError;

/**
 * Reads a line of an import as the body of a request is read, and writes it as a row.
 */
@Component
class ProductLines {

	private final StrictReader strict;

	private final JsonMapper json;

	private final ObjectReader line;

	ProductLines(StrictReader strict, JsonMapper json) {
		this.strict = strict;
		this.json = json;
		this.line = json.rebuild().addMixIn(ProductInput.class, Exported.class).build().readerFor(ProductInput.class);
	}

	/**
	 * The product, judged by its shape alone.
	 * @throws example.shop.platform.problem.ProblemException malformed_json or
	 * validation_failed
	 */
	ProductInput parse(byte[] text) {
		return this.strict.parse(text, this.line, ProductInput.class);
	}

	List<FieldError> check(ProductInput product) {
		return this.strict.errors(product, ProductInput.Import.class);
	}

	byte[] write(ProductInput product) {
		return this.json.writeValueAsBytes(product);
	}

	/** What an export has besides. */
	@JsonIgnoreProperties({ "id", "version", "created_at", "updated_at" })
	private interface Exported {

	}

}
