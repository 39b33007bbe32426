package example.shop.platform.json;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import example.shop.Vectors;
import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.Problem;
import example.shop.platform.problem.ProblemException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StrictJsonTests {

	@ParameterizedTest
	@MethodSource("vectors")
	void judgesBodies(Vector vector) {
		int status = 200;
		long quantity = 0;
		try {
			JsonObject body = StrictJson.parse(vector.body());
			quantity = body.required("quantity").integer(1, 99);
			body.check();
		}
		catch (ProblemException ex) {
			status = ex.getStatusCode().value();
		}
		assertThat(status).isIn(vector.statuses());
		if (vector.quantity() != null) {
			assertThat(quantity).isEqualTo(vector.quantity().longValue());
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
	@CsvSource({ "1e2, 100", "-0.0, 0", "10e-1, 1", "9223372036854775807, 9223372036854775807",
			"1e18, 1000000000000000000", "0e2147483647, 0", "-9007199254740993, -9007199254740993" })
	void readsIntegers(String literal, long value) {
		assertThat(parse("{\"n\": %s}".formatted(literal)).required("n").integer(Long.MIN_VALUE, Long.MAX_VALUE))
			.isEqualTo(value);
	}

	@ParameterizedTest
	@CsvSource({ "1.5, type", "1e-1, type", "1e-999999999, type", "true, type", "9223372036854775808, out_of_range",
			"1e19, out_of_range", "1e999999999, out_of_range", "1000e2147483647, out_of_range",
			"null, null_not_allowed" })
	void refusesOtherNumbers(String literal, String code) {
		JsonObject body = parse("{\"n\": %s}".formatted(literal));
		body.required("n").integer(Long.MIN_VALUE, Long.MAX_VALUE);
		assertThat(body.errors()).containsExactly(FieldError.ofPointer("/n", code));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0e99999999999999999999", "1e-99999999999999999999", "1e99999999999999999999",
			"1e2147483648", "1e-2147483649", "[1e2147483648]" })
	void refusesNumbersBeyondEveryType(String literal) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> parse("{\"n\": %s}".formatted(literal)))
			.returns(Problem.MALFORMED_JSON, ProblemException::problem);
	}

	@Test
	void reportsEachWrongMemberOnce() {
		JsonObject body = parse("""
				{"a/b": 1, "~": 2, "name": "", "text": "x\\u0000", "id": null, "when": "2026-02-30T00:00:00.000Z"}""");
		body.required("name").text(1, 3);
		body.required("text").text(5, 9);
		body.required("missing").bool();
		body.nullable("when").timestamp();
		body.readOnly(List.of("id"));
		assertThat(body.errors()).containsExactlyInAnyOrder(FieldError.ofPointer("/name", FieldError.TOO_SHORT),
				FieldError.ofPointer("/text", FieldError.FORMAT), FieldError.ofPointer("/missing", FieldError.REQUIRED),
				FieldError.ofPointer("/when", FieldError.FORMAT), FieldError.ofPointer("/id", FieldError.READ_ONLY),
				FieldError.ofPointer("/a~1b", FieldError.UNKNOWN), FieldError.ofPointer("/~0", FieldError.UNKNOWN));
	}

	@Test
	void countsCodePoints() {
		JsonObject body = parse("{\"name\": \"%s\"}".formatted("\uD83D\uDE00".repeat(3)));
		assertThat(body.required("name").text(3, 3)).hasSize(6);
		assertThat(body.errors()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.0000Z", "2026-01-01T00:00:00.000+00:00",
			"2026-01-01t00:00:00.000z", "1999-12-31T23:59:59.999Z", "3000-01-01T00:00:00.000Z",
			"2026-01-01T24:00:00.000Z", "2026-01-01T00:00:00.000Z\\n" })
	void refusesOtherTimestamps(String text) {
		JsonObject body = parse("{\"t\": \"%s\"}".formatted(text));
		assertThat(body.required("t").timestamp()).isNull();
		assertThat(body.errors()).containsExactly(FieldError.ofPointer("/t", FieldError.FORMAT));
	}

	private static JsonObject parse(String text) {
		return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8));
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
