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
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

import example.shop.Vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class AccessTokensTests {

	private static final File FILE = Vectors.read("tokens.json", File.class);

	private static final UUID USER = UUID.fromString("b7e0d6f4-31c2-4f58-a9d7-6e01c85f2a93");

	@ParameterizedTest
	@MethodSource("vectors")
	void judgesTokens(Vector vector) {
		JwtDecoder decoder = at(vector.now()).jwtDecoder();
		if (vector.valid()) {
			Jwt token = decoder.decode(vector.token());
			assertThat(token.getSubject()).isEqualTo(vector.sub());
			assertThat(token.getClaimAsString("role")).isEqualTo(vector.role());
		}
		else {
			assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> decoder.decode(vector.token()));
		}
	}

	/**
	 * Without those that are no three parts of base64url, which the filter does not pass
	 * on.
	 */
	static Stream<Vector> vectors() {
		return FILE.cases().stream().filter((vector) -> vector.token().matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+"));
	}

	@Test
	void issuesWhatItAccepts() {
		AccessTokens tokens = at(1_767_603_600);
		Jwt token = tokens.jwtDecoder().decode(tokens.issue(USER, Role.ADMIN));
		assertThat(token.getClaims()).containsOnlyKeys("iss", "sub", "role", "iat", "exp")
			.containsEntry("sub", USER.toString())
			.containsEntry("role", "admin")
			.containsEntry("exp", Instant.ofEpochSecond(1_767_604_500));
	}

	private static AccessTokens at(long now) {
		return new AccessTokens(FILE.secret(), Clock.fixed(Instant.ofEpochSecond(now), ZoneOffset.UTC));
	}

	record File(String secret, List<Vector> cases) {
	}

	record Vector(String name, String token, long now, boolean valid, String sub, String role) {
	}

}
