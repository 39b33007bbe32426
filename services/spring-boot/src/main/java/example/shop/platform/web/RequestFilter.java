package example.shop.platform.web;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What every request passes first: the clock of the metrics (OPS-4).
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class RequestFilter extends OncePerRequestFilter {

	private final Routes routes;

	private final RequestMetrics metrics;

	RequestFilter(Routes routes, RequestMetrics metrics) {
		this.routes = routes;
		this.metrics = metrics;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		long began = System.nanoTime();
		try {
			chain.doFilter(CorsUtils.isPreFlightRequest(request) ? new PlainOptions(request) : request, response);
		}
		finally {
			this.metrics.record(request.getMethod(), this.routes.of(request), response.getStatus(),
					System.nanoTime() - began, TimeUnit.NANOSECONDS);
		}
	}

	/**
	 * A CORS preflight as an OPTIONS like any other (HTTP-3); Spring would answer 403 in
	 * plain text.
	 */
	private static final class PlainOptions extends HttpServletRequestWrapper {

		private PlainOptions(HttpServletRequest request) {
			super(request);
		}

		@Override
		public @Nullable String getHeader(String name) {
			return name.equalsIgnoreCase(HttpHeaders.ORIGIN) ? null : super.getHeader(name);
		}

	}

}
