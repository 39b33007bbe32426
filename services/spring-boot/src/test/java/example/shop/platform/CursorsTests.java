package example.shop.platform;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import example.shop.Vectors;
import example.shop.platform.Cursors.Position;
import example.shop.platform.Cursors.Scope;
import example.shop.platform.problem.Problem;
import example.shop.platform.problem.ProblemException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CursorsTests {

	private static final File FILE = Vectors.read("cursors.json", File.class);

	private final Cursors cursors = new Cursors(FILE.secret());

	@ParameterizedTest
	@MethodSource("vectors")
	void opensWhatIsGenuine(Vector vector) {
		if (vector.valid()) {
			Position position = new Position(vector.decoded().key(), vector.decoded().id());
			assertThat(this.cursors.open(vector.scope(), vector.cursor())).isEqualTo(position);
			assertThat(this.cursors.seal(vector.scope(), position)).isEqualTo(vector.cursor());
		}
		else {
			assertThatExceptionOfType(ProblemException.class)
				.isThrownBy(() -> this.cursors.open(vector.scope(), vector.cursor()))
				.returns(Problem.INVALID_CURSOR, ProblemException::problem);
		}
	}

	static Stream<Vector> vectors() {
		return FILE.cases().stream();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "05", "+5", "-1", "5.0", " 5", "99999999999999999999", "99999999999999999" })
	void judgesNumbersLikeInput(String key) {
		Position position = new Position(key, new UUID(0, 1));
		assertThatExceptionOfType(ProblemException.class).isThrownBy(position::price);
		assertThatExceptionOfType(ProblemException.class).isThrownBy(position::time);
	}

	@Test
	void judgesNamesLikeInput() {
		UUID id = new UUID(0, 1);
		assertThat(new Position("\uD83D\uDE00\n".repeat(60), id).name()).hasSize(180);
		assertThatExceptionOfType(ProblemException.class).isThrownBy(new Position("x".repeat(121), id)::name);
		assertThatExceptionOfType(ProblemException.class).isThrownBy(new Position("\0", id)::name);
	}

	record File(String secret, List<Vector> cases) {
	}

	record Vector(String name, String resource, String sort, Map<String, String> filters, String cursor, boolean valid,
			Decoded decoded) {

		Scope scope() {
			List<String> names = this.resource.equals("orders") ? List.of("status")
					: List.of("q", "category", "price_min", "price_max", "in_stock");
			return new Scope(this.resource, this.sort,
					names.stream().map((name) -> this.filters.getOrDefault(name, "")).toList());
		}

	}

	record Decoded(String key, UUID id) {
	}

}
