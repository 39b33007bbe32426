package example.shop.accounts;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import example.shop.Vectors;

import static org.assertj.core.api.Assertions.assertThat;

class PasswordsTests {

	private static final Passwords PASSWORDS = new Passwords();

	@ParameterizedTest
	@MethodSource("vectors")
	void verifiesHashesOfOtherServices(Vector vector) {
		assertThat(PASSWORDS.matches(vector.password(), vector.hash())).isEqualTo(vector.matches());
	}

	static Stream<Vector> vectors() {
		return Vectors.read("password_hashes.json", File.class).cases().stream();
	}

	@Test
	void hashesWithTheContractsParameters() {
		String hash = PASSWORDS.hash("correct horse");
		assertThat(hash).matches("\\$argon2id\\$v=19\\$m=32768,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
		assertThat(PASSWORDS.matches("correct horse", hash)).isTrue();
	}

	@Test
	void takesParametersInAnyOrder() {
		String hash = PASSWORDS.hash("correct horse").replace("m=32768,t=2,p=1", "p=1,m=32768,t=2");
		assertThat(PASSWORDS.matches("correct horse", hash)).isTrue();
		assertThat(PASSWORDS.matches("correct horsf", hash)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=32768,t=2,p=1$AAAA$AAAA",
			"$argon2id$v=19$m=2147483647,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
			"$argon2id$v=19$m=0,t=1,p=9$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
			"$argon2id$v=19$m=10,t=1,p=9$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
			"$argon2id$v=19$m=8,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
			"$argon2id$v=19$m=8,t=1,m=8$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
			"$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" })
	void whatCannotBeReadHasNoPassword(String hash) {
		assertThat(PASSWORDS.matches("correct horse", hash)).isFalse();
	}

	@Test
	void nobodysHashHasNoPassword() {
		assertThat(PASSWORDS.matches("", Passwords.NOBODYS_HASH)).isFalse();
	}

	record File(List<Vector> cases) {
	}

	record Vector(String name, String hash, String password, boolean matches) {
	}

}
