package example.shop.accounts;

import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

final class Emails {

	private static final int MAX_LENGTH = 254;

	private static final Pattern FORM = Pattern.compile("[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\\.[A-Za-z]{2,24}");

	private Emails() {
	}

	/**
	 * The address as it is stored, or null if it is none. Only ASCII passes, so that
	 * lower-casing cannot turn a look-alike (U+212A) into somebody else's letter.
	 */
	static @Nullable String normalize(String text) {
		boolean valid = text.length() <= MAX_LENGTH && FORM.matcher(text).matches();
		return valid ? text.toLowerCase(Locale.ROOT) : null;
	}

}
