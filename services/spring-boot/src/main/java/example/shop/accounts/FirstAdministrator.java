package example.shop.accounts;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

/**
 * Makes the first administrator, after Flyway's migrations.
 */
@Component
@Profile("migrate")
class FirstAdministrator implements ApplicationRunner {

	private final UserRepository users;

	private final Passwords passwords;

	private final String email;

	private final String password;

	FirstAdministrator(UserRepository users, Passwords passwords, @Value("${shop.admin.email}") String email,
			@Value("${shop.admin.password}") String password) {
		this.users = users;
		this.passwords = passwords;
		this.email = email;
		this.password = password;
	}

	@Override
	public void run(ApplicationArguments arguments) {
		Assert.state(this.email.matches(Emails.FORM), "ADMIN_EMAIL must be an e-mail address");
		int length = this.password.codePointCount(0, this.password.length());
		Assert.state(length >= Passwords.MIN_LENGTH && length <= Passwords.MAX_LENGTH,
				"ADMIN_PASSWORD must have 8 to 128 characters");
		this.users.createAdministrator(Emails.normalize(this.email), this.passwords.hash(this.password));
	}

}
