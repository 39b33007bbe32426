package example.shop.ops;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.problem.Problem;

/**
 * What operators and readers ask for.
 */
@RestController
class OpsController {

	private static final int READY_WITHIN_SECONDS = 2;

	private static final MediaType PROMETHEUS_TEXT = MediaType.parseMediaType("text/plain;version=0.0.4;charset=utf-8");

	private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

	private final JdbcClient jdbc;

	private final PrometheusMeterRegistry registry;

	private final byte[] openApi;

	OpsController(JdbcClient jdbc, PrometheusMeterRegistry registry,
			@Value("classpath:contract/openapi.yaml") Resource openApi) throws IOException {
		this.jdbc = jdbc;
		this.registry = registry;
		this.openApi = openApi.getContentAsByteArray();
	}

	@GetMapping("/healthz")
	Health liveness() {
		return new Health("ok");
	}

	@GetMapping("/readyz")
	Health readiness() throws InterruptedException {
		// The pool may wait longer for a connection than an orchestrator waits for this
		// answer.
		Future<?> ping = this.executor.submit(() -> this.jdbc.sql("SELECT 1").query(Integer.class).single());
		try {
			ping.get(READY_WITHIN_SECONDS, TimeUnit.SECONDS);
			return new Health("ready");
		}
		catch (ExecutionException | TimeoutException ex) {
			ping.cancel(true);
			throw Problem.SERVICE_UNAVAILABLE.exception();
		}
	}

	@GetMapping("/metrics")
	ResponseEntity<String> metrics() {
		return ResponseEntity.ok().contentType(PROMETHEUS_TEXT).body(this.registry.scrape());
	}

	@GetMapping("/openapi.yaml")
	ResponseEntity<byte[]> contract() {
		return ResponseEntity.ok().contentType(MediaType.APPLICATION_YAML).body(this.openApi);
	}

	record Health(String status) {
	}

}
