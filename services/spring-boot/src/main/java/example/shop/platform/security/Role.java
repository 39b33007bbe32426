package example.shop.platform.security;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

public enum Role {

	CUSTOMER, ADMIN;

	/**
	 * The name in tokens and in the database.
	 */
	public String value() {
		return name().toLowerCase(Locale.ROOT);
	}

	public static Optional<Role> of(@Nullable String value) {
		return Arrays.stream(values()).filter((role) -> role.value().equals(value)).findFirst();
	}

}
