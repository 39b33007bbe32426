package example.shop.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import example.shop.platform.security.Role;

@Repository
class UserRepository {

	private final JdbcClient jdbc;

	UserRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * A new customer, or nobody if the address is taken.
	 */
	Optional<User> create(String email, String passwordHash, String name) {
		return this.jdbc.sql("""
				INSERT INTO users (email, password_hash, name)
				VALUES (?, ?, ?)
				ON CONFLICT (email) DO NOTHING
				RETURNING id, email, name, role, created_at
				""").param(email).param(passwordHash).param(name).query(UserRepository::user).optional();
	}

	/**
	 * Makes the administrator, but leaves a user alone who has the address.
	 */
	void createAdministrator(String email, String passwordHash) {
		this.jdbc.sql("""
				INSERT INTO users (email, password_hash, name, role)
				VALUES (?, ?, 'Administrator', 'admin')
				ON CONFLICT (email) DO NOTHING
				""").param(email).param(passwordHash).update();
	}

	Optional<User> find(UUID id) {
		return this.jdbc.sql("SELECT id, email, name, role, created_at FROM users WHERE id = ?")
			.param(id)
			.query(UserRepository::user)
			.optional();
	}

	Optional<Credentials> findCredentials(String email) {
		return this.jdbc.sql("SELECT id, role, password_hash FROM users WHERE email = ?")
			.param(email)
			.query((row, _) -> new Credentials(row.getObject("id", UUID.class),
					Role.of(row.getString("role")).orElseThrow(), row.getString("password_hash")))
			.optional();
	}

	private static User user(ResultSet row, int number) throws SQLException {
		return new User(row.getObject("id", UUID.class), row.getString("email"), row.getString("name"),
				row.getString("role"), row.getObject("created_at", OffsetDateTime.class).toInstant());
	}

	record Credentials(UUID id, Role role, String passwordHash) {
	}

}
