package example.shop.platform.problem;

import java.util.List;
import java.util.stream.Collectors;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * An element of {@code errors}: what is wrong with a member of a body or with a query
 * parameter.
 *
 * @param line the line of an import, from 1
 * @param pointer an RFC 6901 pointer into the body; empty for the whole document
 * @param parameter the name of a query parameter, where there is no pointer
 * @param code one of the constants
 */
@JsonInclude(Include.NON_NULL)
public record FieldError(@Nullable Integer line, @Nullable String pointer, @Nullable String parameter, String code) {

	public static final String REQUIRED = "required";

	public static final String UNKNOWN = "unknown";

	public static final String READ_ONLY = "read_only";

	public static final String TYPE = "type";

	public static final String TOO_SHORT = "too_short";

	public static final String TOO_LONG = "too_long";

	public static final String OUT_OF_RANGE = "out_of_range";

	public static final String FORMAT = "format";

	public static final String DUPLICATE = "duplicate";

	public static final String MALFORMED = "malformed";

	/**
	 * The RFC 6901 pointer of a member.
	 */
	public static String pointer(List<String> names) {
		return names.stream()
			.map((name) -> "/" + name.replace("~", "~0").replace("/", "~1"))
			.collect(Collectors.joining());
	}

	public static FieldError ofPointer(String pointer, String code) {
		return new FieldError(null, pointer, null, code);
	}

	public static FieldError ofParameter(String parameter, String code) {
		return new FieldError(null, null, parameter, code);
	}

	public FieldError atLine(int number) {
		return new FieldError(number, this.pointer, this.parameter, this.code);
	}

}
