package example.shop.platform.config;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ShopEnvironmentTests {

	private final Map<String, String> variables = new HashMap<>(Map.of("DATABASE_URL",
			"postgresql://u%40:p%3A+w@db.example:6543/shop?sslmode=require", "JWT_SECRET", "j".repeat(32),
			"CURSOR_SECRET", "é".repeat(16), "WEBHOOK_SECRET", "whsec_" + "A".repeat(32), "PORT", ""));

	@Test
	void translatesVariables() {
		assertThat(translate(false)).containsEntry("server.port", 8080)
			.containsEntry("spring.datasource.username", "u@")
			.containsEntry("spring.datasource.password", "p:+w")
			.hasEntrySatisfying("spring.datasource.url", (url) -> assertThat(url.toString())
				.startsWith("jdbc:postgresql://db.example:6543/shop?sslmode=require&"));
	}

	@ParameterizedTest
	@CsvSource({ "DATABASE_URL, mysql://u:p@db/shop", "DATABASE_URL, postgresql://db/shop", "DATABASE_URL, ''",
			"JWT_SECRET, short", "CURSOR_SECRET, ''", "WEBHOOK_SECRET, AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
			"WEBHOOK_SECRET, whsec_AAAA", "WEBHOOK_SECRET, whsec_not base64", "PORT, 0", "PORT, +80",
			"DB_POOL_SIZE, 101", "SSE_PING_SECONDS, -1", "LOG_LEVEL, INFO" })
	void namesBadVariables(String name, String value) {
		this.variables.put(name, value);
		assertThatExceptionOfType(BadEnvironmentException.class).isThrownBy(() -> translate(false))
			.withMessageStartingWith(name + " ");
	}

	@Test
	void namesAllAtOnce() {
		this.variables.remove("JWT_SECRET");
		this.variables.put("HOST", "");
		this.variables.put("PORT", "http");
		assertThatExceptionOfType(BadEnvironmentException.class).isThrownBy(() -> translate(false))
			.withMessageContainingAll("JWT_SECRET", "PORT");
	}

	@Test
	void migrateNeedsAnAdministratorAndNoSecrets() {
		this.variables.remove("JWT_SECRET");
		assertThatExceptionOfType(BadEnvironmentException.class).isThrownBy(() -> translate(true))
			.withMessageContainingAll("ADMIN_EMAIL", "ADMIN_PASSWORD")
			.withMessageNotContaining("JWT_SECRET");
	}

	private Map<String, Object> translate(boolean migrate) {
		return new ShopEnvironment().translate(this.variables::get, migrate);
	}

}
