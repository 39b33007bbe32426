package example.shop.accounts;

import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import example.shop.platform.security.Role;

/**
 * Sessions and their refresh tokens (AUTH-5). Each method is one statement, so nothing
 * here needs a transaction.
 */
@Repository
class SessionRepository {

	private final JdbcClient jdbc;

	SessionRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	void open(UUID user, RefreshToken first) {
		this.jdbc.sql("""
				WITH session AS (
				  INSERT INTO sessions (user_id) VALUES (?) RETURNING id
				)
				INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
				SELECT id, ?, now() + interval '30 days' FROM session
				""").param(user).param(first.hash()).update();
	}

	/**
	 * Marks a good token as used, adds the next one, and tells whose it is. Of several at
	 * once one finds used_at null; the others wait for its row and then find nothing.
	 */
	Optional<Owner> use(RefreshToken token, RefreshToken next) {
		return this.jdbc.sql("""
				WITH used AS (
				  UPDATE refresh_tokens SET used_at = now()
				  FROM sessions
				  WHERE token_hash = ? AND used_at IS NULL AND expires_at > now()
				    AND sessions.id = session_id AND revoked_at IS NULL
				  RETURNING sessions.id, sessions.user_id
				), next AS (
				  INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
				  SELECT id, ?, now() + interval '30 days' FROM used
				)
				SELECT users.id, users.role FROM used JOIN users ON users.id = used.user_id
				""")
			.param(token.hash())
			.param(next.hash())
			.query((row, _) -> new Owner(row.getObject("id", UUID.class), Role.of(row.getString("role")).orElseThrow()))
			.optional();
	}

	void revokeIfUsed(RefreshToken token) {
		this.jdbc.sql("""
				UPDATE sessions SET revoked_at = now()
				FROM refresh_tokens
				WHERE token_hash = ? AND used_at IS NOT NULL AND sessions.id = session_id AND revoked_at IS NULL
				""").param(token.hash()).update();
	}

	void revoke(RefreshToken token) {
		this.jdbc.sql("""
				UPDATE sessions SET revoked_at = now()
				FROM refresh_tokens
				WHERE token_hash = ? AND sessions.id = session_id AND revoked_at IS NULL
				""").param(token.hash()).update();
	}

	record Owner(UUID id, Role role) {
	}

}
