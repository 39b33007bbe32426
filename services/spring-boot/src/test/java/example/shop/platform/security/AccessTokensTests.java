package example.shop.platform.security;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import example.shop.Vectors;
import example.shop.platform.problem.Problem;
import example.shop.platform.problem.ProblemException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AccessTokensTests {

	private static final File FILE = Vectors.read("tokens.json", File.class);

	private static final Caller CALLER = new Caller(UUID.fromString("b7e0d6f4-31c2-4f58-a9d7-6e01c85f2a93"),
			Role.ADMIN);

	@ParameterizedTest
	@MethodSource("vectors")
	void judgesTokens(Vector vector) {
		AccessTokens tokens = at(vector.now());
		if (vector.valid()) {
			assertThat(tokens.identify(List.of("Bearer " + vector.token())))
				.isEqualTo(new Caller(UUID.fromString(vector.sub()), Role.of(vector.role()).orElseThrow()));
		}
		else {
			assertRefused(tokens, "Bearer " + vector.token());
		}
	}

	static Stream<Vector> vectors() {
		return FILE.cases().stream();
	}

	@Test
	void tokensLiveFor900Seconds() {
		String token = "bEARER " + at(1000).issue(CALLER.id(), CALLER.role());
		assertThat(at(1899).identify(List.of(token))).isEqualTo(CALLER);
		assertRefused(at(1900), token);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Bearer", "Bearer ", "Basic YTpi" })
	void refusesOtherHeaders(String authorization) {
		assertRefused(at(1000), authorization);
		assertRefused(at(1000), authorization + at(1000).issue(CALLER.id(), CALLER.role()) + " x");
	}

	@Test
	void refusesSeveralHeaders() {
		String header = "Bearer " + at(1000).issue(CALLER.id(), CALLER.role());
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> at(1000).identify(List.of(header, header)))
			.returns(Problem.UNAUTHENTICATED, ProblemException::problem);
	}

	private static void assertRefused(AccessTokens tokens, String authorization) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> tokens.identify(List.of(authorization)))
			.returns(Problem.UNAUTHENTICATED, ProblemException::problem);
	}

	private static AccessTokens at(long now) {
		return new AccessTokens(FILE.secret(), Clock.fixed(Instant.ofEpochSecond(now), ZoneOffset.UTC));
	}

	record File(String secret, List<Vector> cases) {
	}

	record Vector(String name, String token, long now, boolean valid, String sub, String role) {
	}

}
