package example.shop.platform.web;

import java.util.List;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Names the route of a request.
 */
@Component
class Routes {

	static final String UNMATCHED = "unmatched";

	private final SingletonSupplier<List<PathPattern>> patterns;

	// A filter is made before the mapping that it asks.
	Routes(@Qualifier("requestMappingHandlerMapping") ObjectProvider<RequestMappingHandlerMapping> mapping) {
		this.patterns = SingletonSupplier.of(() -> mapping.getObject()
			.getHandlerMethods()
			.keySet()
			.stream()
			.flatMap((info) -> Stream.ofNullable(info.getPathPatternsCondition()))
			.flatMap((condition) -> condition.getPatterns().stream())
			.distinct()
			.sorted()
			.toList());
	}

	/**
	 * The template of the request's path, {@code /products/{sku}}, once it has been
	 * handled.
	 */
	String of(HttpServletRequest request) {
		if (request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String template) {
			return label(template);
		}
		// Spring MVC tells no pattern on a 405.
		var path = ServletRequestPathUtils.parse(request).pathWithinApplication();
		return this.patterns.obtain()
			.stream()
			.filter((pattern) -> pattern.matches(path))
			.findFirst()
			.map((pattern) -> label(pattern.getPatternString()))
			.orElse(UNMATCHED);
	}

	private static String label(String template) {
		return template.replaceAll("\\{(\\w+):[^/]*}", "{$1}");
	}

}
