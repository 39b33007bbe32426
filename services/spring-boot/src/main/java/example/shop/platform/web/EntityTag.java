package example.shop.platform.web;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

import example.shop.platform.problem.Problem;

/**
 * The strong entity tags of versions (HTTP-8 to HTTP-10). Spring's own
 * {@code checkNotModified} also judges If-Match of a GET, and does not know
 * {@code If-None-Match: *}.
 */
public final class EntityTag {

	private static final Pattern TAG = Pattern.compile("[ \t,]*((?:W/)?\"[!#-~\\x80-\\xFF]*\")[ \t]*(?=,|$)");

	private static final Pattern SEPARATORS = Pattern.compile("[ \t,]*");

	private EntityTag() {
	}

	/**
	 * The tag of a version: 7 gives {@code "7"}, with its quotes.
	 */
	public static String of(long version) {
		return "\"" + version + "\"";
	}

	/**
	 * Answers a read: sets the ETag, and gives the resource, or 304 and null if
	 * If-None-Match names the tag.
	 */
	public static <T> @Nullable T unlessMatched(HttpServletRequest request, HttpServletResponse response, long version,
			T resource) {
		String tag = of(version);
		response.setHeader(HttpHeaders.ETAG, tag);
		if (matches(request, HttpHeaders.IF_NONE_MATCH, (sent) -> sent.equals(tag) || sent.equals("W/" + tag))) {
			response.setStatus(HttpStatus.NOT_MODIFIED.value());
			return null;
		}
		return resource;
	}

	/**
	 * Checks the If-Match that a change requires, by strong comparison: 428 or 412.
	 */
	public static void requireMatch(HttpServletRequest request, long version) {
		if (request.getHeader(HttpHeaders.IF_MATCH) == null) {
			throw Problem.PRECONDITION_REQUIRED.exception();
		}
		if (!matches(request, HttpHeaders.IF_MATCH, of(version)::equals)) {
			throw Problem.PRECONDITION_FAILED.exception();
		}
	}

	private static boolean matches(HttpServletRequest request, String header, Predicate<String> wanted) {
		String list = String.join(",", Collections.list(request.getHeaders(header)));
		return list.strip().equals("*") || parse(list).stream().anyMatch(wanted);
	}

	/**
	 * The tags of a list, or none if it is not one. A tag may hold commas, so splitting
	 * at them is not enough.
	 */
	private static List<String> parse(String list) {
		List<String> tags = new ArrayList<>();
		Matcher matcher = TAG.matcher(list);
		int end = 0;
		while (matcher.find(end) && matcher.start() == end) {
			tags.add(matcher.group(1));
			end = matcher.end();
		}
		return SEPARATORS.matcher(list.substring(end)).matches() ? tags : List.of();
	}

}
