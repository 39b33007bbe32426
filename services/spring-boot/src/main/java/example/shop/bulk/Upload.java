package example.shop.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

import example.shop.catalog.ProductInput;
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

	private static final List<FieldError> MALFORMED = List.of(FieldError.ofPointer("", FieldError.MALFORMED));

	private final ProductLines products;

	/**
	 * By sku. A sku has the order of its bytes, which for ASCII is the order of strings.
	 */
	private final SortedMap<String, byte[]> rows = new TreeMap<>();

	private final List<FieldError> errors = new ArrayList<>();

	private int errorCount;

	Upload(ProductLines products) {
		this.products = products;
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
			throw Problem.IMPORT_FAILED.exception().withErrors(this.errors).with("error_count", this.errorCount);
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
			fail(number, MALFORMED);
		}
		return true;
	}

	private static void checkNumber(int number) {
		if (number > MAX_LINES) {
			throw Problem.BODY_TOO_LARGE.exception();
		}
	}

	private void readProduct(byte[] line, int number) {
		try {
			ProductInput product = this.products.parse(line);
			List<FieldError> faults = this.products.check(product);
			if (product.sku() != null) {
				// Of a bad line the sku is kept all the same, to find its duplicates.
				byte[] row = faults.isEmpty() ? this.products.write(product) : new byte[0];
				if (this.rows.putIfAbsent(product.sku(), row) != null && faults.isEmpty()) {
					faults = List.of(FieldError.ofPointer("/sku", FieldError.DUPLICATE));
				}
			}
			fail(number, faults);
		}
		catch (ProblemException ex) {
			fail(number, (ex.problem() == Problem.MALFORMED_JSON) ? MALFORMED : ex.errors());
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
