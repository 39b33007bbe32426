package example.shop.platform.web;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.Problem;

/**
 * The parameters of a query, read strictly (QUERY-1 to QUERY-3): each is known, stands
 * once, and has its form. A handler takes it as a parameter; {@link #check()} reports all
 * that is wrong. {@code @RequestParam} would join repeated values, take unknown ones, and
 * convert {@code +5} and {@code 05}.
 */
public final class Query {

	private static final Pattern INTEGER = Pattern.compile("0|[1-9][0-9]{0,9}");

	private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

	/** By decoded name; a value is as sent, and null where there is no {@code =}. */
	private final MultiValueMap<String, @Nullable String> sent = new LinkedMultiValueMap<>();

	private final Set<String> known = new HashSet<>();

	private final List<FieldError> errors = new ArrayList<>();

	public Query(@Nullable String raw) {
		for (String pair : (raw != null) ? raw.split("&") : new String[0]) {
			if (!pair.isEmpty()) {
				String[] parts = pair.split("=", 2);
				String name = decode(parts[0]);
				this.sent.add((name != null) ? name : parts[0], (parts.length > 1) ? parts[1] : null);
			}
		}
	}

	/**
	 * A free text of so many code points at most; {@code name=} means absent, and gives
	 * an empty text.
	 */
	public String search(String name, int longest) {
		if (List.of("").equals(this.sent.get(name))) {
			this.known.add(name);
			return "";
		}
		String text = text(name);
		if (text.codePointCount(0, text.length()) > longest) {
			fail(name, FieldError.TOO_LONG);
		}
		return text;
	}

	/**
	 * A text that the pattern matches as a whole, or an empty one if absent.
	 */
	public String pattern(String name, Pattern pattern) {
		String text = text(name);
		if (!text.isEmpty() && !pattern.matcher(text).matches()) {
			fail(name, FieldError.FORMAT);
		}
		return text;
	}

	/**
	 * One of these words, or an empty text if absent.
	 */
	public String oneOf(String name, List<String> words) {
		String text = text(name);
		if (!text.isEmpty() && !words.contains(text)) {
			fail(name, FieldError.FORMAT);
		}
		return text;
	}

	/**
	 * A number in these bounds, or null if absent.
	 */
	public @Nullable Long integer(String name, long lowest, long highest) {
		String text = text(name);
		if (text.isEmpty()) {
			return null;
		}
		if (!INTEGER.matcher(text).matches()) {
			fail(name, FieldError.FORMAT);
			return null;
		}
		long number = Long.parseLong(text);
		if (number < lowest || number > highest) {
			fail(name, FieldError.OUT_OF_RANGE);
		}
		return number;
	}

	/**
	 * Any text but an empty one; empty if absent or wrong.
	 */
	public String text(String name) {
		this.known.add(name);
		List<@Nullable String> values = this.sent.getOrDefault(name, List.of());
		if (values.isEmpty()) {
			return "";
		}
		String value = values.getFirst();
		if (values.size() > 1) {
			fail(name, FieldError.DUPLICATE);
		}
		else if (value == null || value.isEmpty()) {
			fail(name, FieldError.TOO_SHORT);
		}
		else {
			String text = decode(value);
			if (text != null) {
				return text;
			}
			fail(name, FieldError.FORMAT);
		}
		return "";
	}

	/**
	 * Reports the parameter if it is absent.
	 */
	public void require(String name) {
		if (!this.sent.containsKey(name)) {
			fail(name, FieldError.REQUIRED);
		}
	}

	/**
	 * Ends the request with invalid_query if anything is wrong. Call it after the last
	 * question.
	 */
	public void check() {
		for (String name : this.sent.keySet()) {
			if (this.known.add(name)) {
				fail(name, FieldError.UNKNOWN);
			}
		}
		if (!this.errors.isEmpty()) {
			throw Problem.INVALID_QUERY.exception().with("errors", this.errors);
		}
	}

	/**
	 * The Link header of a page: the same query with the next cursor. Call it after
	 * {@link #check()}.
	 */
	public String nextLink(String path, String cursor) {
		Map<String, String> next = new LinkedHashMap<>();
		this.sent.forEach((name, values) -> {
			String value = values.getFirst();
			next.put(name, (value != null) ? String.valueOf(decode(value)) : "");
		});
		next.put("cursor", cursor);
		List<String> pairs = new ArrayList<>();
		next.forEach((name, value) -> pairs.add(encode(name) + "=" + encode(value)));
		return "<%s?%s>; rel=\"next\"".formatted(path, String.join("&", pairs));
	}

	private void fail(String parameter, String code) {
		this.errors.add(FieldError.ofParameter(parameter, code));
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	/**
	 * The decoded text, or null if it has bad escapes, is not UTF-8, or holds U+0000. A
	 * plus is a space.
	 */
	private static @Nullable String decode(String text) {
		if (BAD_ESCAPE.matcher(text).find()) {
			return null;
		}
		byte[] bytes = URLDecoder.decode(text, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
		try {
			String decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
			return (decoded.indexOf('\0') < 0) ? decoded : null;
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

}
