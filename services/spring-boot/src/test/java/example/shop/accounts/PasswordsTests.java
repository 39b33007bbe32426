package example.shop.accounts;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
	void nobodysHashHasNoPassword() {
		assertThat(PASSWORDS.matches("", Passwords.NOBODYS_HASH)).isFalse();
	}

	record File(List<Vector> cases) {
	}

	record Vector(String name, String hash, String password, boolean matches) {
	}

}
