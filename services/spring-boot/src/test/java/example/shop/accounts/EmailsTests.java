package example.shop.accounts;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import example.shop.Vectors;

import static org.assertj.core.api.Assertions.assertThat;

class EmailsTests {

	@ParameterizedTest
	@MethodSource("vectors")
	void normalizes(Vector vector) {
		assertThat(vector.email().matches(Emails.FORM) ? Emails.normalize(vector.email()) : null)
			.isEqualTo(vector.stored());
	}

	static Stream<Vector> vectors() {
		return Vectors.read("emails.json", File.class).cases().stream();
	}

	record File(List<Vector> cases) {
	}

	record Vector(String name, String email, String stored) {
	}

}
