package example.shop.platform.security;

import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.web.servlet.HandlerExceptionResolver;

import example.shop.platform.problem.Problem;
import example.shop.platform.web.QueryString;

/**
 * Who may call what. What no chain matches is public, and its Authorization is not looked
 * at (AUTH-8).
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

	private static final Pattern BEARER = Pattern.compile("(?i:Bearer) ([\\w-]+\\.[\\w-]+\\.[\\w-]+)");

	/**
	 * Problems of filters are written where those of handlers are.
	 */
	private final HandlerExceptionResolver problems;

	SecurityConfiguration(@Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
		this.problems = problems;
	}

	@Bean
	SecurityFilterChain securityFilterChain(HttpSecurity http) {
		return http
			.securityMatchers(
					(matchers) -> matchers.requestMatchers("/me", "/cart/**", "/checkout", "/orders/**", "/admin/**")
						.requestMatchers(SecurityConfiguration::asksForOrderEvents))
			.authorizeHttpRequests((authorize) -> authorize.requestMatchers("/admin/**")
				.hasRole(Role.ADMIN.name())
				.anyRequest()
				.authenticated())
			.oauth2ResourceServer((server) -> server.bearerTokenResolver(SecurityConfiguration::bearerToken)
				.authenticationEntryPoint((request, response, _) -> answer(request, response, Problem.UNAUTHENTICATED))
				.accessDeniedHandler((request, response, _) -> answer(request, response, Problem.FORBIDDEN))
				.jwt((jwt) -> jwt.jwtAuthenticationConverter(SecurityConfiguration::authentication)))
			.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.csrf(AbstractHttpConfigurer::disable)
			.headers(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.build();
	}

	/**
	 * Odd paths are unknown ones; methods and the bytes of headers are the contract's.
	 */
	@Bean
	static StrictHttpFirewall httpFirewall() {
		StrictHttpFirewall firewall = new StrictHttpFirewall();
		firewall.setUnsafeAllowAnyHttpMethod(true);
		firewall.setAllowedHeaderNames((_) -> true);
		firewall.setAllowedHeaderValues((_) -> true);
		return firewall;
	}

	@Bean
	RequestRejectedHandler requestRejectedHandler() {
		return (request, response, _) -> answer(request, response, Problem.NOT_FOUND);
	}

	private void answer(HttpServletRequest request, HttpServletResponse response, Problem problem) {
		this.problems.resolveException(request, response, null, problem.exception());
	}

	private static boolean asksForOrderEvents(HttpServletRequest request) {
		return request.getRequestURI().equals("/events")
				&& QueryString.parse(request).getOrDefault("topic", List.of()).contains("orders");
	}

	/**
	 * The token of the one Authorization header. A header of another form is no token;
	 * Spring's own resolver takes the first of several.
	 */
	private static @Nullable String bearerToken(HttpServletRequest request) {
		List<String> values = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
		Matcher bearer = BEARER.matcher((values.size() == 1) ? values.getFirst() : "");
		return bearer.matches() ? bearer.group(1) : null;
	}

	private static AbstractAuthenticationToken authentication(Jwt token) {
		Role role = Role.of(token.getClaimAsString("role")).orElseThrow();
		return UsernamePasswordAuthenticationToken.authenticated(new Caller(UUID.fromString(token.getSubject()), role),
				token, AuthorityUtils.createAuthorityList("ROLE_" + role.name()));
	}

}
