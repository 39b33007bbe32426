package example.shop.platform.web;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;

/**
 * A page of a list, and the cursor of the next one, if there is one.
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

	/**
	 * The answer of a list.
	 * @param found the items, and one more than the limit if there is a next page
	 * @param cursor makes the cursor behind an item
	 */
	public static <T> ResponseEntity<Page<T>> of(String path, Query query, List<T> found, int limit,
			Function<T, String> cursor) {
		if (found.size() <= limit) {
			return ResponseEntity.ok(new Page<>(found, null));
		}
		List<T> items = found.subList(0, limit);
		String next = cursor.apply(items.getLast());
		return ResponseEntity.ok().header(HttpHeaders.LINK, query.nextLink(path, next)).body(new Page<>(items, next));
	}

}
