package example.shop.admin;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import example.shop.catalog.Product;
import example.shop.platform.json.JsonObject;
import example.shop.platform.json.StrictJson;
import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.ProblemException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ProductPatchTests {

	@ParameterizedTest
	@CsvSource(quoteCharacter = '\'',
			value = { "'{}', '{\"a\":1,\"b\":{\"c\":2}}'", "'{\"attributes\":{}}', '{\"a\":1,\"b\":{\"c\":2}}'",
					"'{\"attributes\":{\"a\":null}}', '{\"b\":{\"c\":2}}'",
					"'{\"attributes\":{\"b\":{\"d\":1.0}}}', '{\"a\":1,\"b\":{\"c\":2,\"d\":1}}'",
					"'{\"attributes\":{\"b\":\"x\"}}', '{\"a\":1,\"b\":\"x\"}'",
					"'{\"attributes\":{\"a\":{\"n\":null,\"m\":true}}}', '{\"a\":{\"m\":true},\"b\":{\"c\":2}}'" })
	void mergesAttributes(String patch, String merged) {
		assertThat(new ProductPatch(parse(patch)).applyTo(product("{\"a\":1,\"b\":{\"c\":2}}")).attributes())
			.isEqualTo(merged);
	}

	@Test
	void changesOnlyWhatIsSent() {
		ProductPatch.Changes changes = new ProductPatch(parse("{\"description\":null,\"price\":7}"))
			.applyTo(product("{}"));
		assertThat(changes).isEqualTo(new ProductPatch.Changes("Pen", null, "pens", 7, 2000, "{}"));
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '\'',
			value = { "'{\"name\":null}', /name, null_not_allowed",
					"'{\"attributes\":null}', /attributes, null_not_allowed", "'{\"price\":0}', /price, out_of_range",
					"'{\"attributes\":{\"a\":[]}}', /attributes/a, type",
					"'{\"attributes\":{\"A\":null}}', /attributes/A, format",
					"'{\"attributes\":{\"a\":{\"b\":1.5}}}', /attributes/a/b, type" })
	void isJudgedWithoutTheProduct(String patch, String pointer, String code) {
		JsonObject body = parse(patch);
		ProductPatch read = new ProductPatch(body);
		assertThat(read).isNotNull();
		assertThat(body.errors()).containsExactly(FieldError.ofPointer(pointer, code));
	}

	@Test
	void keysAndLevelsCountAfterTheMerge() {
		JsonObject body = parse("{\"attributes\":{\"b\":{\"c\":{\"d\":{\"e\":1}}}}}");
		ProductPatch patch = new ProductPatch(body);
		assertThat(body.errors()).isEmpty();
		ProblemException problem = catchThrowableOfType(ProblemException.class, () -> patch.applyTo(product("{}")));
		assertThat(problem.getBody().getProperties()).containsEntry("errors",
				List.of(FieldError.ofPointer("/attributes/b/c/d", FieldError.FORMAT)));
	}

	@Test
	void charactersCountAfterTheMerge() {
		String texts = IntStream.range(0, 10)
			.mapToObj((i) -> "\"k%d\":\"%s\"".formatted(i, "x".repeat(998)))
			.collect(Collectors.joining(","));
		JsonObject body = parse("{\"attributes\":{\"b\":{%s}}}".formatted(texts));
		ProductPatch patch = new ProductPatch(body);
		assertThat(patch.applyTo(product("{\"a\":{%s}}".formatted(texts.replaceFirst("xx", "")))).attributes())
			.hasSizeGreaterThan(20_000);
		ProblemException problem = catchThrowableOfType(ProblemException.class,
				() -> patch.applyTo(product("{\"a\":{%s}}".formatted(texts))));
		assertThat(problem.getBody().getProperties()).containsEntry("errors",
				List.of(FieldError.ofPointer("/attributes", FieldError.TOO_LONG)));
	}

	private static JsonObject parse(String text) {
		return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8));
	}

	private static Product product(String attributes) {
		return new Product(new UUID(0, 1), "PEN", "Pen", "Blue", "pens", 100, 2000, attributes, 5, true, 1,
				Instant.EPOCH, Instant.EPOCH);
	}

}
