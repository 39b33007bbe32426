package example.shop.accounts;

import java.util.Locale;

final class Emails {

	/** 254 characters at most, and ASCII alone. */
	static final String FORM = "(?=.{1,254}$)[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\\.[A-Za-z]{2,24}";

	private Emails() {
	}

	/**
	 * The address as it is stored. In its form lower-casing cannot turn a look-alike
	 * (U+212A) into somebody else's letter.
	 */
	static String normalize(String email) {
		return email.toLowerCase(Locale.ROOT);
	}

}
