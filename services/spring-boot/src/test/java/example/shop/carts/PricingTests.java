package example.shop.carts;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import example.shop.Vectors;

import static org.assertj.core.api.Assertions.assertThat;

class PricingTests {

	@ParameterizedTest
	@MethodSource("vectors")
	void prices(Vector vector) {
		assertThat(Pricing.calculate(vector.lines(), vector.coupon())).isEqualTo(vector.expected());
	}

	static Stream<Vector> vectors() {
		return Vectors.read("prices.json", File.class).cases().stream();
	}

	record File(List<Vector> cases) {
	}

	record Vector(String name, Pricing.Coupon coupon, List<Pricing.Line> lines, Pricing.Totals expected) {
	}

}
