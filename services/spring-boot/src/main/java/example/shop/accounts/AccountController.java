package example.shop.accounts;

import java.net.URI;
import java.util.UUID;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.hibernate.validator.constraints.CodePointLength;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.Digests;
import example.shop.platform.RateLimiter;
import example.shop.platform.problem.Problem;
import example.shop.platform.security.AccessTokens;
import example.shop.platform.security.Caller;
import example.shop.platform.security.Role;

@RestController
class AccountController {

	private static final RateLimiter.Policy LOGIN_LIMIT = new RateLimiter.Policy("login", 5, 12);

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

	@PostMapping(path = "/auth/register", consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<User> register(@Valid @RequestBody Registration body) {
		User user = this.users.create(Emails.normalize(body.email()), this.passwords.hash(body.password()), body.name())
			.orElseThrow(Problem.EMAIL_TAKEN::exception);
		return ResponseEntity.created(URI.create("/me")).body(user);
	}

	@PostMapping(path = "/auth/login", consumes = MediaType.APPLICATION_JSON_VALUE)
	TokenPair login(@Valid @RequestBody Login body) {
		String email = Emails.normalize(body.email());
		this.limiter.take(LOGIN_LIMIT, Digests.sha256(email));
		UserRepository.Credentials credentials = this.users.findCredentials(email).orElse(null);
		// An unknown address takes as long as a wrong password.
		String hash = (credentials != null) ? credentials.passwordHash() : Passwords.NOBODYS_HASH;
		if (!this.passwords.matches(body.password(), hash) || credentials == null) {
			throw Problem.INVALID_CREDENTIALS.exception();
		}
		RefreshToken token = RefreshToken.random();
		this.sessions.open(credentials.id(), token);
		return tokenPair(credentials.id(), credentials.role(), token);
	}

	@PostMapping(path = "/auth/refresh", consumes = MediaType.APPLICATION_JSON_VALUE)
	TokenPair refreshToken(@Valid @RequestBody Refresh body) {
		RefreshToken used = new RefreshToken(body.refreshToken());
		RefreshToken next = RefreshToken.random();
		SessionRepository.Owner owner = this.sessions.use(used, next).orElse(null);
		if (owner == null) {
			// A second use means that somebody else has the token. Without a transaction
			// around it, the revocation is committed when the 401 is thrown.
			this.sessions.revokeIfUsed(used);
			throw Problem.INVALID_REFRESH_TOKEN.exception();
		}
		return tokenPair(owner.id(), owner.role(), next);
	}

	@PostMapping(path = "/auth/logout", consumes = MediaType.APPLICATION_JSON_VALUE)
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void logout(@Valid @RequestBody Refresh body) {
		this.sessions.revoke(new RefreshToken(body.refreshToken()));
	}

	@GetMapping("/me")
	User getMe(@AuthenticationPrincipal Caller caller) {
		return this.users.find(caller.id()).orElseThrow(Problem.UNAUTHENTICATED::exception);
	}

	private TokenPair tokenPair(UUID user, Role role, RefreshToken token) {
		return new TokenPair(this.accessTokens.issue(user, role), "Bearer", AccessTokens.LIFETIME.toSeconds(),
				token.value());
	}

	record Registration(@NotNull @Pattern(regexp = Emails.FORM) String email,
			@NotNull @CodePointLength(min = Passwords.MIN_LENGTH, max = Passwords.MAX_LENGTH) String password,
			@NotNull @CodePointLength(min = 1, max = 100) String name) {
	}

	record Login(@NotNull @Pattern(regexp = Emails.FORM) String email,
			@NotNull @CodePointLength(min = 1, max = Passwords.MAX_LENGTH) String password) {
	}

	record Refresh(@NotNull @CodePointLength(min = 1, max = 512) String refreshToken) {
	}

	record TokenPair(String accessToken, String tokenType, long expiresIn, String refreshToken) {
	}

}
