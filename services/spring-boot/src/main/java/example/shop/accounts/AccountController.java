package example.shop.accounts;

import java.net.URI;
import java.util.UUID;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.Digests;
import example.shop.platform.RateLimiter;
import example.shop.platform.json.JsonObject;
import example.shop.platform.problem.Problem;
import example.shop.platform.security.AccessTokens;
import example.shop.platform.security.Caller;
import example.shop.platform.security.Role;
import example.shop.platform.web.Body;

@RestController
class AccountController {

	private static final RateLimiter.Policy LOGIN_LIMIT = new RateLimiter.Policy("login", 5, 12);

	private static final int MAX_NAME = 100;

	private static final int MAX_REFRESH_TOKEN = 512;

	private final UserRepository users;

	private final SessionRepository sessions;

	private final Passwords passwords;

	private final AccessTokens accessTokens;

	private final RateLimiter limiter;

	AccountController(UserRepository users, SessionRepository sessions, Passwords passwords, AccessTokens accessTokens,
			RateLimiter limiter) {
		this.users = users;
		this.sessions = sessions;
		this.passwords = passwords;
		this.accessTokens = accessTokens;
		this.limiter = limiter;
	}

	// region register
	@PostMapping("/auth/register")
	ResponseEntity<User> register(@Body JsonObject body) {
		String email = body.required("email").normalized(Emails::normalize);
		String password = body.required("password").text(Passwords.MIN_LENGTH, Passwords.MAX_LENGTH);
		String name = body.required("name").text(1, MAX_NAME);
		body.check();
		User user = this.users.create(email, this.passwords.hash(password), name)
			.orElseThrow(Problem.EMAIL_TAKEN::exception);
		return ResponseEntity.created(URI.create("/me")).body(user);
	}
	// endregion

	// region login
	@PostMapping("/auth/login")
	TokenPair login(@Body JsonObject body) {
		String email = body.required("email").normalized(Emails::normalize);
		String password = body.required("password").text(1, Passwords.MAX_LENGTH);
		body.check();
		this.limiter.take(LOGIN_LIMIT, Digests.sha256(email));
		UserRepository.Credentials credentials = this.users.findCredentials(email).orElse(null);
		// An unknown address takes as long as a wrong password.
		String hash = (credentials != null) ? credentials.passwordHash() : Passwords.NOBODYS_HASH;
		if (!this.passwords.matches(password, hash) || credentials == null) {
			throw Problem.INVALID_CREDENTIALS.exception();
		}
		RefreshToken token = RefreshToken.random();
		this.sessions.open(credentials.id(), token);
		return tokenPair(credentials.id(), credentials.role(), token);
	}
	// endregion

	// region refreshToken
	@PostMapping("/auth/refresh")
	TokenPair refreshToken(@Body JsonObject body) {
		RefreshToken used = readRefreshToken(body);
		RefreshToken next = RefreshToken.random();
		SessionRepository.Owner owner = this.sessions.use(used, next).orElse(null);
		if (owner == null) {
			// A second use means that somebody else has the token. Without a transaction
			// around it, the revocation
			// is committed when the 401 is thrown.
			this.sessions.revokeIfUsed(used);
			throw Problem.INVALID_REFRESH_TOKEN.exception();
		}
		return tokenPair(owner.id(), owner.role(), next);
	}
	// endregion

	// region logout
	@PostMapping("/auth/logout")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void logout(@Body JsonObject body) {
		this.sessions.revoke(readRefreshToken(body));
	}
	// endregion

	// region getMe
	@GetMapping("/me")
	User getMe(Caller caller) {
		return this.users.find(caller.id()).orElseThrow(Problem.UNAUTHENTICATED::exception);
	}
	// endregion

	private static RefreshToken readRefreshToken(JsonObject body) {
		RefreshToken token = new RefreshToken(body.required("refresh_token").text(1, MAX_REFRESH_TOKEN));
		body.check();
		return token;
	}

	private TokenPair tokenPair(UUID user, Role role, RefreshToken token) {
		return new TokenPair(this.accessTokens.issue(user, role), "Bearer", AccessTokens.LIFETIME.toSeconds(),
				token.value());
	}

	record TokenPair(String accessToken, String tokenType, long expiresIn, String refreshToken) {
	}

}
