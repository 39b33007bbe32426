package example.shop.platform.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the JDK and Jackson let pass of texts, and PostgreSQL does not.
 */
public final class Texts {

	private Texts() {
	}

	/**
	 * Whether the text holds neither U+0000 nor half a surrogate pair, which only an
	 * escape can make.
	 */
	public static boolean isStorable(String text) {
		return text.codePoints()
			.noneMatch((point) -> point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE));
	}

	public static int length(String text) {
		return text.codePointCount(0, text.length());
	}

	/**
	 * The text that the bytes are, or nothing if they are not UTF-8.
	 */
	public static Optional<String> decode(byte[] utf8) {
		try {
			return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
		}
		catch (CharacterCodingException ex) {
			return Optional.empty();
		}
	}

}
