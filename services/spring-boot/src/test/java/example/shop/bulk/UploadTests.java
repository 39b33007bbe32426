package example.shop.bulk;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import example.shop.platform.json.Json;
import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.Problem;
import example.shop.platform.problem.ProblemException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class UploadTests {

	private static final ProductLines LINES = new ProductLines(Json.strictReader(), Json.MAPPER);

	private static final String GOOD = "{\"sku\":\"%s\",\"name\":\"N\",\"category\":\"c\",\"price\":1,\"tax_rate_bp\":0}";

	@Test
	void splitsAtLineFeedsAlone() throws IOException {
		String text = GOOD.formatted("B") + "\r\n\n" + GOOD.formatted("A").replace("N", "\u2028\u0085") + "\n"
				+ GOOD.formatted("C");
		assertThat(read(text)).containsOnlyKeys("A", "B", "C");
		assertThat(read("")).isEmpty();
	}

	@Test
	void reportsErrorsByLineAndPointer() {
		String text = GOOD.formatted("A") + "\nnull\n\n" + GOOD.formatted("A") + "\n{\"sku\":\"a\",\"name\":\"\"}\r"
				+ "\n" + " ".repeat(1_048_577);
		ProblemException problem = catchThrowableOfType(ProblemException.class, () -> read(text));
		assertThat(problem.getBody().getProperties()).containsEntry("error_count", 8)
			.containsEntry("errors",
					List.of(error(2, "", FieldError.MALFORMED), error(4, "/sku", FieldError.DUPLICATE),
							error(5, "/category", FieldError.REQUIRED), error(5, "/name", FieldError.TOO_SHORT),
							error(5, "/price", FieldError.REQUIRED), error(5, "/sku", FieldError.FORMAT),
							error(5, "/tax_rate_bp", FieldError.REQUIRED), error(6, "", FieldError.MALFORMED)));
	}

	@Test
	void keepsAHundredErrorsAndCountsAll() {
		ProblemException problem = catchThrowableOfType(ProblemException.class, () -> read("x\n".repeat(300)));
		assertThat(problem.getBody().getProperties()).containsEntry("error_count", 300)
			.hasEntrySatisfying("errors", (errors) -> assertThat((List<?>) errors).hasSize(100));
	}

	@Test
	void takesLinesOfAMebibyte() throws IOException {
		String line = GOOD.formatted("A");
		assertThat(read(line + " ".repeat(1_048_576 - line.length()) + "\r\n" + GOOD.formatted("B"))).hasSize(2);
	}

	@Test
	void takes50000Lines() throws IOException {
		assertThat(read("\n".repeat(50_000))).isEmpty();
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> read("\n".repeat(50_001)))
			.returns(Problem.BODY_TOO_LARGE, ProblemException::problem);
	}

	private static FieldError error(int line, String pointer, String code) {
		return FieldError.ofPointer(pointer, code).atLine(line);
	}

	private static Map<String, byte[]> read(String text) throws IOException {
		return new Upload(LINES).read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
	}

}
