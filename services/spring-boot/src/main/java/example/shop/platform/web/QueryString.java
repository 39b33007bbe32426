package example.shop.platform.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map.Entry;
import java.util.Set;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.util.StringUtils;

import example.shop.platform.json.Texts;
import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.Problem;

/**
 * The query as sent. {@code @ModelAttribute} would join repeated parameters and take
 * unknown ones, and Tomcat does not tell which one it could not decode.
 */
public final class QueryString {

	private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

	private QueryString() {
	}

	/**
	 * The parameters; the value is null of one that has none, or that cannot be decoded.
	 */
	public static MultiValueMap<String, @Nullable String> parse(HttpServletRequest request) {
		MultiValueMap<String, @Nullable String> sent = new LinkedMultiValueMap<>();
		for (String pair : StringUtils.tokenizeToStringArray(request.getQueryString(), "&", false, true)) {
			String[] parts = pair.split("=", 2);
			String name = decode(parts[0]);
			sent.add((name != null) ? name : parts[0], (parts.length > 1) ? decode(parts[1]) : null);
		}
		return sent;
	}

	/**
	 * Ends the request with invalid_query if a parameter is unknown, repeated or not
	 * UTF-8 (QUERY-1, QUERY-3).
	 */
	static void check(HttpServletRequest request, Set<String> known) {
		List<FieldError> errors = new ArrayList<>();
		for (Entry<String, List<@Nullable String>> parameter : parse(request).entrySet()) {
			String fault = fault(parameter, known);
			if (fault != null) {
				errors.add(FieldError.ofParameter(parameter.getKey(), fault));
			}
		}
		if (!errors.isEmpty()) {
			throw Problem.INVALID_QUERY.exception().withErrors(errors);
		}
	}

	private static @Nullable String fault(Entry<String, List<@Nullable String>> parameter, Set<String> known) {
		if (!known.contains(parameter.getKey())) {
			return FieldError.UNKNOWN;
		}
		if (parameter.getValue().size() > 1) {
			return FieldError.DUPLICATE;
		}
		return (parameter.getValue().getFirst() == null) ? FieldError.FORMAT : null;
	}

	private static @Nullable String decode(String text) {
		if (BAD_ESCAPE.matcher(text).find()) {
			return null;
		}
		byte[] bytes = URLDecoder.decode(text, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
		return Texts.decode(bytes).filter(Texts::isStorable).orElse(null);
	}

}
