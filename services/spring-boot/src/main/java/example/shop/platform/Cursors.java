package example.shop.platform;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

import example.shop.platform.config.ShopProperties;
import example.shop.platform.json.Texts;
import example.shop.platform.problem.Problem;

/**
 * Seals a position in a sorted list (CURSOR-1). All services of a fleet make the same
 * cursors.
 */
@Component
public class Cursors {

	private static final int MAX_LENGTH = 1200;

	private static final int MAC_BYTES = 16;

	private final Hmac hmac;

	@Autowired
	Cursors(ShopProperties properties) {
		this(properties.cursorSecret());
	}

	Cursors(String secret) {
		this.hmac = new Hmac(secret.getBytes(StandardCharsets.UTF_8));
	}

	public String seal(Scope scope, Position position) {
		String payload = scope.prefix() + position.key() + "\n" + position.id();
		byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
		return Base64Url.encode(bytes) + "." + Base64Url.encode(mac(bytes));
	}

	/**
	 * The position of a cursor that was made for this scope.
	 * @throws example.shop.platform.problem.ProblemException invalid_cursor
	 */
	public Position open(Scope scope, String cursor) {
		String[] parts = cursor.split("\\.", -1);
		if (cursor.length() > MAX_LENGTH || parts.length != 2) {
			throw Problem.INVALID_CURSOR.exception();
		}
		byte[] bytes = decode(parts[0]);
		if (!MessageDigest.isEqual(decode(parts[1]), mac(bytes))) {
			throw Problem.INVALID_CURSOR.exception();
		}
		String payload = text(bytes);
		// A name may hold line feeds, an id does not.
		int keyEnd = payload.lastIndexOf('\n');
		if (!payload.startsWith(scope.prefix()) || keyEnd < scope.prefix().length()
				|| !Pattern.matches(Patterns.UUID, payload.substring(keyEnd + 1))) {
			throw Problem.INVALID_CURSOR.exception();
		}
		return new Position(payload.substring(scope.prefix().length(), keyEnd),
				UUID.fromString(payload.substring(keyEnd + 1)));
	}

	private byte[] mac(byte[] payload) {
		return Arrays.copyOf(this.hmac.sign(payload), MAC_BYTES);
	}

	private static byte[] decode(String text) {
		return Base64Url.decode(text).orElseThrow(Problem.INVALID_CURSOR::exception);
	}

	private static String text(byte[] utf8) {
		return Texts.decode(utf8).orElseThrow(Problem.INVALID_CURSOR::exception);
	}

	/**
	 * The list that a cursor is good for.
	 *
	 * @param filters the decoded values in the contract's order, empty if absent
	 */
	public record Scope(String resource, String sort, List<String> filters) {

		String prefix() {
			return this.resource + "\n" + this.sort + "\n"
					+ Digests.sha256(String.join("\n", this.filters)).substring(0, 16) + "\n";
		}

	}

	/**
	 * The last row of a page: its sort key, and its id, which breaks ties. A key is
	 * judged like input, since other services of the fleet make cursors too.
	 */
	public record Position(String key, UUID id) {

		private static final Pattern PRICE = Pattern.compile("0|[1-9][0-9]{0,9}");

		private static final Pattern MILLISECONDS = Pattern.compile("0|[1-9][0-9]{0,13}");

		private static final Pattern NAME = Pattern.compile("[^\\x00]{1,120}");

		public static Position of(Instant time, UUID id) {
			return new Position(Long.toString(time.toEpochMilli()), id);
		}

		public long price() {
			return Long.parseLong(key(PRICE));
		}

		/**
		 * The key as milliseconds since 1970.
		 */
		public OffsetDateTime time() {
			return Instant.ofEpochMilli(Long.parseLong(key(MILLISECONDS))).atOffset(ZoneOffset.UTC);
		}

		public String name() {
			return key(NAME);
		}

		private String key(Pattern form) {
			if (!form.matcher(this.key).matches()) {
				throw Problem.INVALID_CURSOR.exception();
			}
			return this.key;
		}

	}

}
