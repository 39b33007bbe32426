package example.shop.platform.web;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

import example.shop.platform.problem.Problem;

/**
 * Judges what Spring MVC overlooks: parameters that a query's record does not have, and
 * headers of a body that say several things.
 */
class StrictInterceptor implements HandlerInterceptor {

	private final ConcurrentHashMap<HandlerMethod, Expected> expected = new ConcurrentHashMap<>();

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
			throws HttpMediaTypeNotSupportedException {
		if (handler instanceof HandlerMethod method) {
			Expected of = this.expected.computeIfAbsent(method, Expected::of);
			if (of.parameters() != null) {
				QueryString.check(request, of.parameters());
			}
			if (!of.mediaTypes().isEmpty()) {
				checkBodyHeaders(request, of.mediaTypes());
			}
			// Before Spring waits for the first byte.
			if (of.body() && request.getContentLengthLong() > BodyAdvice.LIMIT) {
				throw Problem.BODY_TOO_LARGE.exception();
			}
		}
		return true;
	}

	/**
	 * Of several lines, a proxy may go by another one than this service.
	 */
	private static void checkBodyHeaders(HttpServletRequest request, List<MediaType> mediaTypes)
			throws HttpMediaTypeNotSupportedException {
		List<String> codings = Collections.list(request.getHeaders(HttpHeaders.CONTENT_ENCODING));
		if (Collections.list(request.getHeaders(HttpHeaders.CONTENT_TYPE)).size() > 1 || codings.size() > 1
				|| !codings.stream().allMatch("identity"::equalsIgnoreCase)) {
			throw new HttpMediaTypeNotSupportedException(null, mediaTypes, HttpMethod.valueOf(request.getMethod()));
		}
	}

	/**
	 * What a handler reads.
	 *
	 * @param parameters the names of its query, or null if it does not look at one
	 * @param mediaTypes of its body
	 * @param body whether it has a {@code @RequestBody}
	 */
	private record Expected(@Nullable Set<String> parameters, List<MediaType> mediaTypes, boolean body) {

		static Expected of(HandlerMethod method) {
			RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(method.getMethod(),
					RequestMapping.class);
			return new Expected(
					Arrays.stream(method.getMethodParameters())
						.filter((parameter) -> parameter.hasParameterAnnotation(ModelAttribute.class))
						.findFirst()
						.map(Expected::names)
						.orElse(null),
					(mapping != null) ? MediaType.parseMediaTypes(List.of(mapping.consumes())) : List.of(),
					Arrays.stream(method.getMethodParameters())
						.anyMatch((parameter) -> parameter.hasParameterAnnotation(RequestBody.class)));
		}

		private static Set<String> names(MethodParameter parameter) {
			return Arrays.stream(parameter.getParameterType().getRecordComponents())
				.map(RecordComponent::getName)
				.map(JdbcUtils::convertPropertyNameToUnderscoreName)
				.collect(Collectors.toSet());
		}

	}

}
