package example.shop.platform.web;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.springframework.stereotype.Component;

/**
 * Counts and times requests under the contract's names. Spring's own observation has
 * other ones, and no counter.
 */
@Component
class RequestMetrics {

	private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

	private static final Duration[] BUCKETS = LongStream.of(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
		.mapToObj(Duration::ofMillis)
		.toArray(Duration[]::new);

	private final MeterProvider<Counter> requests;

	private final MeterProvider<Timer> durations;

	RequestMetrics(MeterRegistry registry) {
		this.requests = Counter.builder("http.requests").description("Requests answered.").withRegistry(registry);
		this.durations = Timer.builder("http.request.duration")
			.description("Time to answer a request.")
			.serviceLevelObjectives(BUCKETS)
			.withRegistry(registry);
	}

	void record(String method, String route, int status, long duration, TimeUnit unit) {
		// Clients may invent methods, and each would be a new series.
		Tags tags = Tags.of("method", METHODS.contains(method) ? method : "other", "route", route, "status",
				Integer.toString(status));
		this.requests.withTags(tags).increment();
		this.durations.withTags(tags).record(duration, unit);
	}

}
