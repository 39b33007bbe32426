package example.shop.platform.config;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.StringUtils;

/**
 * Turns the contract's variables (OPS-1) into Spring's properties, and hides all others.
 * It runs before anything else has read the environment, and before there is an
 * application context, so that a bad variable ends the process at once.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class ShopEnvironment implements EnvironmentPostProcessor {

	// A statement has 15 s (DB-2); what takes longer than the socket's time-out is a
	// network that swallows packets.
	private static final String DRIVER_OPTIONS = "connectTimeout=3&socketTimeout=20&tcpKeepAlive=true"
			+ "&ApplicationName=shop-spring-boot";

	private final List<String> faults = new ArrayList<>();

	private final Map<String, Object> properties = new HashMap<>();

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		translate(ShopEnvironment::variable, application.getAdditionalProfiles().contains("migrate"));
		// A secret may hold what looks like a placeholder.
		this.properties.replaceAll((_, value) -> (value instanceof String text) ? text.replace("${", "\\${") : value);
		MutablePropertySources sources = environment.getPropertySources();
		sources.addFirst(new MapPropertySource("shop", this.properties));
		// Spring would go on to read its own settings from there: DEBUG, SERVER_PORT,
		// SPRING_PROFILES_ACTIVE.
		sources.remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
	}

	/**
	 * A variable as it is; the build gives them as system properties.
	 */
	private static @Nullable String variable(String name) {
		return (System.getenv(name) != null) ? System.getenv(name) : System.getProperty(name);
	}

	/**
	 * The properties of a command.
	 * @throws BadEnvironmentException if variables are missing or bad; it names all of
	 * them
	 */
	Map<String, Object> translate(UnaryOperator<String> variables, boolean migrate) {
		Variables read = new Variables(variables);
		read.databaseUrl();
		this.properties.put("spring.datasource.hikari.maximum-pool-size", read.integer("DB_POOL_SIZE", 10, 1, 100));
		String level = read.level();
		// At debug Spring writes down requests with their queries, so that is for the
		// shop's own packages.
		this.properties.put("logging.level.root", level.equals("debug") ? "info" : level);
		this.properties.put("logging.level.example.shop", level);
		if (migrate) {
			this.properties.put("shop.admin.email", read.required("ADMIN_EMAIL"));
			this.properties.put("shop.admin.password", read.required("ADMIN_PASSWORD"));
		}
		else {
			this.properties.put("server.address", read.text("HOST", "0.0.0.0"));
			this.properties.put("server.port", read.integer("PORT", 8080, 1, 65_535));
			this.properties.put("shop.jwt-secret", read.secret("JWT_SECRET"));
			this.properties.put("shop.cursor-secret", read.secret("CURSOR_SECRET"));
			this.properties.put("shop.webhook-secret", read.webhookSecret());
			this.properties.put("shop.sse-ping", read.integer("SSE_PING_SECONDS", 15, 1, 60) + "s");
		}
		if (!this.faults.isEmpty()) {
			throw new BadEnvironmentException(this.faults);
		}
		return this.properties;
	}

	/**
	 * Reads variables, an empty one as a missing one, and collects what is wrong.
	 */
	private final class Variables {

		private static final int SECRET_BYTES = 32;

		private final UnaryOperator<String> source;

		private Variables(UnaryOperator<String> source) {
			this.source = source;
		}

		String text(String name, String absent) {
			String value = this.source.apply(name);
			return StringUtils.hasLength(value) ? value : absent;
		}

		String required(String name) {
			String value = text(name, "");
			if (value.isEmpty()) {
				fault(name, "is missing");
			}
			return value;
		}

		int integer(String name, int absent, int lowest, int highest) {
			String value = text(name, Integer.toString(absent));
			int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : -1;
			if (number < lowest || number > highest) {
				fault(name, "must be an integer from %d to %d".formatted(lowest, highest));
			}
			return number;
		}

		String level() {
			String value = text("LOG_LEVEL", "info");
			if (!List.of("debug", "info", "warn", "error").contains(value)) {
				fault("LOG_LEVEL", "must be debug, info, warn or error");
			}
			return value;
		}

		String secret(String name) {
			String value = required(name);
			if (!value.isEmpty() && value.getBytes(StandardCharsets.UTF_8).length < SECRET_BYTES) {
				fault(name, "must have %d bytes or more".formatted(SECRET_BYTES));
			}
			return value;
		}

		String webhookSecret() {
			String value = required("WEBHOOK_SECRET");
			if (!value.isEmpty()) {
				try {
					int length = Base64.getDecoder().decode(value.replaceFirst("^whsec_", "")).length;
					if (value.startsWith(ShopProperties.WEBHOOK_PREFIX) && length >= 24 && length <= 64) {
						return value;
					}
				}
				catch (IllegalArgumentException ex) {
					// no base64
				}
				fault("WEBHOOK_SECRET", "must be whsec_ and the base64 of 24 to 64 bytes");
			}
			return value;
		}

		void databaseUrl() {
			String value = required("DATABASE_URL");
			if (value.isEmpty()) {
				return;
			}
			try {
				URI url = URI.create(value);
				String[] account = url.getRawUserInfo().split(":", 2);
				if (!url.getScheme().matches("postgres(ql)?") || url.getHost() == null || url.getPath().length() < 2) {
					throw new IllegalArgumentException(value);
				}
				int port = (url.getPort() < 0) ? 5432 : url.getPort();
				String options = (url.getRawQuery() != null) ? url.getRawQuery() + "&" : "";
				ShopEnvironment.this.properties.put("spring.datasource.url", "jdbc:postgresql://%s:%d%s?%s%s"
					.formatted(url.getHost(), port, url.getRawPath(), options, DRIVER_OPTIONS));
				ShopEnvironment.this.properties.put("spring.datasource.username", decode(account[0]));
				ShopEnvironment.this.properties.put("spring.datasource.password", decode(account[1]));
			}
			catch (RuntimeException ex) {
				fault("DATABASE_URL", "must be postgresql://user:password@host:port/database");
			}
		}

		private static String decode(String text) {
			return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
		}

		private void fault(String name, String what) {
			ShopEnvironment.this.faults.add(name + " " + what);
		}

	}

}
