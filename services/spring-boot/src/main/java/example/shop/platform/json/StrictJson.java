package example.shop.platform.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import example.shop.platform.problem.Problem;

/**
 * Reads a text that must be one strict JSON object (JSON-1 to JSON-3).
 */
public final class StrictJson {

	private static final int MAX_DEPTH = 32;

	private static final ObjectReader READER = JsonMapper
		.builder(JsonFactory.builder()
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
			.build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build()
		.reader();

	private StrictJson() {
	}

	/**
	 * The object that the text is.
	 * @throws example.shop.platform.problem.ProblemException malformed_json
	 */
	public static JsonObject parse(byte[] text) {
		return new JsonObject(parseNode(text));
	}

	/**
	 * The same for texts whose members are not asked for one by one.
	 */
	public static ObjectNode parseNode(byte[] text) {
		try {
			// Jackson's own decoder lets overlong forms and encoded surrogates pass, and
			// takes UTF-16 and UTF-32 too.
			String decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
			// Half a surrogate pair can only come from an escape.
			if (decoded.startsWith("\uFEFF") || !(READER.readTree(decoded) instanceof ObjectNode object)
					|| (decoded.contains("\\u") && hasLoneSurrogate(object))) {
				throw Problem.MALFORMED_JSON.exception();
			}
			return object;
		}
		// Of a number whose exponent fits no int, Jackson throws what BigDecimal throws.
		catch (CharacterCodingException | JacksonException | ArithmeticException | NumberFormatException ex) {
			throw Problem.MALFORMED_JSON.exception();
		}
	}

	private static boolean hasLoneSurrogate(JsonNode node) {
		if (node instanceof ObjectNode object) {
			return object.propertyStream()
				.anyMatch((member) -> isLone(member.getKey()) || hasLoneSurrogate(member.getValue()));
		}
		return node.isArray() ? node.valueStream().anyMatch(StrictJson::hasLoneSurrogate)
				: node.isString() && isLone(node.stringValue());
	}

	private static boolean isLone(String text) {
		return text.codePoints()
			.anyMatch((point) -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
	}

}
