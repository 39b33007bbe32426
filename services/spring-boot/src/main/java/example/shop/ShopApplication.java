package example.shop;

import java.util.concurrent.atomic.AtomicBoolean;

import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.SpringProperties;

/**
 * The shop and its two commands: {@code serve} and {@code migrate}.
 */
// Problems need no /error page.
@SpringBootApplication(exclude = ErrorMvcAutoConfiguration.class)
@ConfigurationPropertiesScan
public class ShopApplication {

	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(ShopApplication.class);
		switch (String.join(" ", args)) {
			case "serve" -> {
				endWithZero(application);
				application.run();
			}
			case "migrate" -> {
				// What was wired at build time is `serve`.
				SpringProperties.setProperty(AotDetector.AOT_ENABLED, "false");
				application.setAdditionalProfiles("migrate");
				application.run().close();
			}
			default -> {
				System.err.println("usage: shop serve | migrate");
				System.exit(2);
			}
		}
	}

	/**
	 * After SIGTERM the JVM would end with status 143, however orderly the end was. This
	 * stands before the port is open, since the signal may come right after. A start that
	 * fails closes no context and keeps its status.
	 */
	private static void endWithZero(SpringApplication application) {
		AtomicBoolean closed = new AtomicBoolean();
		application.addListeners((ApplicationEvent event) -> {
			if (event instanceof ContextClosedEvent) {
				closed.set(true);
			}
		});
		SpringApplication.getShutdownHandlers().add(() -> {
			if (closed.get()) {
				Runtime.getRuntime().halt(0);
			}
		});
	}

}
