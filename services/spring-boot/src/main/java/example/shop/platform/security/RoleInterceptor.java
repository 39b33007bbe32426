package example.shop.platform.security;

import java.util.Collections;
import java.util.Objects;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerInterceptor;

import example.shop.platform.problem.Problem;

/**
 * Lets those pass who have a good access token and the role.
 */
public final class RoleInterceptor implements HandlerInterceptor {

	private static final String CALLER = RoleInterceptor.class.getName() + ".caller";

	private final AccessTokens tokens;

	private final boolean administratorsOnly;

	private RoleInterceptor(AccessTokens tokens, boolean administratorsOnly) {
		this.tokens = tokens;
		this.administratorsOnly = administratorsOnly;
	}

	public static RoleInterceptor anybody(AccessTokens tokens) {
		return new RoleInterceptor(tokens, false);
	}

	public static RoleInterceptor administrators(AccessTokens tokens) {
		return new RoleInterceptor(tokens, true);
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		Caller caller = this.tokens.identify(Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION)));
		if (this.administratorsOnly && !caller.isAdministrator()) {
			throw Problem.FORBIDDEN.exception();
		}
		request.setAttribute(CALLER, caller);
		return true;
	}

	/**
	 * Who has passed.
	 */
	public static Caller caller(HttpServletRequest request) {
		return (Caller) Objects.requireNonNull(request.getAttribute(CALLER), "no interceptor guards this path");
	}

}
