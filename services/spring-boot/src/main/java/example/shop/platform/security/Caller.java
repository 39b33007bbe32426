package example.shop.platform.security;

import java.util.UUID;

/**
 * Who a request comes from, as the access token says. Handlers take it as a parameter.
 */
public record Caller(UUID id, Role role) {

	public boolean isAdministrator() {
		return this.role == Role.ADMIN;
	}

}
