package example.shop.platform.json;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.Range;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import example.shop.Vectors;
import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.ProblemException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class StrictReaderTests {

	private static final StrictReader READER = Json.strictReader();

	@ParameterizedTest
	@MethodSource("vectors")
	void judgesBodies(Vector vector) {
		int status = 200;
		Integer quantity = null;
		try {
			quantity = READER.read(vector.body(), Item.class).quantity();
		}
		catch (ProblemException ex) {
			status = ex.getStatusCode().value();
		}
		assertThat(status).isIn(vector.statuses());
		if (status == 200) {
			assertThat(quantity).isEqualTo(vector.quantity());
		}
	}

	static Stream<Vector> vectors() {
		// The size is judged before the syntax, where the stream is read.
		return Vectors.read("json_bodies.json", File.class)
			.cases()
			.stream()
			.filter((vector) -> !vector.statuses().contains(413));
	}

	@ParameterizedTest
	@CsvSource({ "1.5, type", "true, type", "'\"1\"', type", "null, type", "1e2147483648, type",
			"0e99999999999999999999, type", "1e-99999999999999999999, type", "100, out_of_range",
			"9223372036854775808, out_of_range" })
	void refusesOtherNumbers(String literal, String code) {
		byte[] body = "{\"quantity\": %s}".formatted(literal).getBytes(StandardCharsets.UTF_8);
		assertThat(catchThrowableOfType(ProblemException.class, () -> READER.read(body, Item.class)).errors())
			.containsExactly(FieldError.ofPointer("/quantity", code));
	}

	record Item(@NotNull @Range(min = 1, max = 99) Integer quantity) {
	}

	record File(List<Vector> cases) {
	}

	record Vector(String name, String bodyBase64, List<Part> recipe, List<Integer> statuses, Integer quantity) {

		byte[] body() {
			if (this.bodyBase64 != null) {
				return Base64.getDecoder().decode(this.bodyBase64);
			}
			StringBuilder text = new StringBuilder();
			this.recipe.forEach((part) -> text.append(part.text().repeat(part.count())));
			return text.toString().getBytes(StandardCharsets.US_ASCII);
		}

	}

	record Part(String text, int count) {
	}

}
