package example.shop.platform.web;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What every request passes first: its Cache-Control (HTTP-7), and the clock of the
 * metrics (OPS-4).
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
		// Before anything is handled: errors take their path's value.
		response.setHeader(HttpHeaders.CACHE_CONTROL, CachePolicy.of(request.getRequestURI()));
		try {
			chain.doFilter(request, response);
		}
		finally {
			this.metrics.record(request.getMethod(), this.routes.of(request), response.getStatus(),
					System.nanoTime() - began, TimeUnit.NANOSECONDS);
		}
	}

}
