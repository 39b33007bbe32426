package example.shop.platform.web;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriUtils;

/**
 * A page of a list, and the cursor of the next one, if there is one.
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

	/**
	 * How many items a page has if the query does not say.
	 */
	public static final String DEFAULT_LIMIT = "20";

	/**
	 * The form of a query's {@code limit}.
	 */
	public static final String LIMIT = "[1-9][0-9]?|100";

	/**
	 * The answer of a list.
	 * @param found the items, and one more than the limit if there is a next page
	 * @param cursor makes the cursor behind an item
	 */
	public static <T> ResponseEntity<Page<T>> of(HttpServletRequest request, List<T> found, int limit,
			Function<T, String> cursor) {
		if (found.size() <= limit) {
			return ResponseEntity.ok(new Page<>(found, null));
		}
		List<T> items = found.subList(0, limit);
		String next = cursor.apply(items.getLast());
		return ResponseEntity.ok().header(HttpHeaders.LINK, nextLink(request, next)).body(new Page<>(items, next));
	}

	/**
	 * The same query with the next cursor.
	 */
	private static String nextLink(HttpServletRequest request, String cursor) {
		MultiValueMap<String, @Nullable String> parameters = QueryString.parse(request);
		parameters.set("cursor", cursor);
		Map<String, @Nullable String> values = parameters.toSingleValueMap();
		return values.entrySet()
			.stream()
			.map((parameter) -> parameter.getKey() + "="
					+ UriUtils.encode(String.valueOf(parameter.getValue()), StandardCharsets.UTF_8))
			.collect(Collectors.joining("&", "<" + request.getRequestURI() + "?", ">; rel=\"next\""));
	}

}
