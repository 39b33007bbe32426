package example.shop.platform;

import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import example.shop.platform.problem.Problem;

/**
 * Asks the database whether a request may go on (RATE-1 to RATE-3): a fleet of services
 * has one limit.
 */
@Component
public class RateLimiter {

	private final JdbcClient jdbc;

	RateLimiter(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Takes one unit. Call it outside of a transaction: a rolled-back one would limit
	 * nothing.
	 * @throws example.shop.platform.problem.ProblemException rate_limited
	 */
	public void take(Policy policy, String subject) {
		int retryAfter = this.jdbc.sql("SELECT retry_after FROM rate_take(?, ?, ?)")
			.param(policy.name() + ":" + subject)
			.param(policy.burst())
			.param((double) policy.interval())
			.query(Integer.class)
			.single();
		if (retryAfter > 0) {
			throw Problem.RATE_LIMITED.exception()
				.withHeader(HttpHeaders.RETRY_AFTER, Integer.toString(retryAfter))
				.withHeader("RateLimit-Policy",
						"\"%s\";q=%d;w=%d".formatted(policy.name(), policy.burst(), policy.burst() * policy.interval()))
				.withHeader("RateLimit", "\"%s\";r=0;t=%d".formatted(policy.name(), retryAfter));
		}
	}

	/**
	 * A burst of requests, and then one every {@code interval} seconds.
	 */
	public record Policy(String name, int burst, int interval) {
	}

}
