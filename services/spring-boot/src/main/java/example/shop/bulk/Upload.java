package example.shop.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import example.shop.catalog.ProductInput;
import example.shop.platform.Patterns;
import example.shop.platform.json.JsonField;
import example.shop.platform.json.JsonObject;
import example.shop.platform.json.StrictJson;
import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.Problem;
import example.shop.platform.problem.ProblemException;

/**
 * A whole import, read and checked line by line. Of a good line it keeps the row as
 * compact JSON with the names of the columns, a tenth of what the same line takes as a
 * tree.
 */
class Upload {

	private static final int MAX_LINES = 50_000;

	private static final int REPORTED_ERRORS = 100;

	private static final List<String> IGNORED = List.of("id", "version", "created_at", "updated_at");

	private final JsonMapper json;

	/**
	 * By sku. A sku has the order of its bytes, which for ASCII is the order of strings.
	 */
	private final SortedMap<String, byte[]> rows = new TreeMap<>();

	private final List<FieldError> errors = new ArrayList<>();

	private int errorCount;

	Upload(JsonMapper json) {
		this.json = json;
	}

	/**
	 * The rows in order of sku.
	 * @throws ProblemException import_failed, or body_too_large
	 */
	SortedMap<String, byte[]> read(InputStream body) throws IOException {
		LineReader lines = new LineReader(body);
		int number = 1;
		while (readLine(lines, number)) {
			number++;
		}
		if (this.errorCount > 0) {
			throw Problem.IMPORT_FAILED.exception().with("errors", this.errors).with("error_count", this.errorCount);
		}
		return this.rows;
	}

	private boolean readLine(LineReader lines, int number) throws IOException {
		try {
			byte[] line = lines.next();
			if (line == null) {
				return false;
			}
			checkNumber(number);
			if (line.length > 0) {
				readProduct(line, number);
			}
		}
		catch (LineReader.LineTooLongException ex) {
			checkNumber(number);
			fail(number, List.of(FieldError.ofPointer("", FieldError.MALFORMED)));
		}
		return true;
	}

	private static void checkNumber(int number) {
		if (number > MAX_LINES) {
			throw Problem.BODY_TOO_LARGE.exception();
		}
	}

	private void readProduct(byte[] line, int number) {
		JsonObject body = parse(line);
		if (body == null) {
			fail(number, List.of(FieldError.ofPointer("", FieldError.MALFORMED)));
			return;
		}
		ProductInput product = ProductInput.read(body, ProductInput.MAX_IMPORTED_STOCK);
		JsonField active = body.optional("active");
		if (active.isPresent()) {
			product = product.withActive(active.bool());
		}
		body.ignore(IGNORED);
		if (this.rows.containsKey(product.sku())) {
			body.fail("/sku", FieldError.DUPLICATE);
		}
		List<FieldError> found = body.errors();
		fail(number, found);
		// Of a bad line the sku is kept all the same, to find its duplicates.
		if (Patterns.SKU.matcher(product.sku()).matches()) {
			this.rows.put(product.sku(), found.isEmpty() ? this.json.writeValueAsBytes(product) : new byte[0]);
		}
	}

	private static @Nullable JsonObject parse(byte[] line) {
		try {
			return StrictJson.parse(line);
		}
		catch (ProblemException ex) {
			return null;
		}
	}

	private void fail(int line, List<FieldError> found) {
		this.errorCount += found.size();
		found.stream()
			.sorted(Comparator.comparing(FieldError::pointer))
			.limit(REPORTED_ERRORS - this.errors.size())
			.forEach((error) -> this.errors.add(error.atLine(line)));
	}

}
