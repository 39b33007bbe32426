package example.shop.platform.security;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import example.shop.platform.Base64Url;
import example.shop.platform.Hmac;
import example.shop.platform.Patterns;
import example.shop.platform.config.ShopProperties;
import example.shop.platform.json.StrictJson;
import example.shop.platform.problem.Problem;
import example.shop.platform.problem.ProblemException;

/**
 * Makes and checks access tokens (AUTH-7): JWTs of one kind. The libraries' decoders read
 * more than the contract wants, such as {@code jwk} and {@code nbf}, and cut the fraction
 * of {@code exp} off.
 */
@Component
public class AccessTokens {

	public static final Duration LIFETIME = Duration.ofMinutes(15);

	private static final String ISSUER = "shop";

	private static final String ALGORITHM = "HS256";

	private static final Pattern BEARER = Pattern.compile("(?i:Bearer) (([\\w-]+)\\.([\\w-]+))\\.([\\w-]+)");

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final String HEADER = encode(Map.of("alg", ALGORITHM));

	private final Hmac hmac;

	private final Clock clock;

	@Autowired
	AccessTokens(ShopProperties properties) {
		this(properties.jwtSecret(), Clock.systemUTC());
	}

	AccessTokens(String secret, Clock clock) {
		this.hmac = new Hmac(secret.getBytes(StandardCharsets.UTF_8));
		this.clock = clock;
	}

	public String issue(UUID user, Role role) {
		long now = this.clock.instant().getEpochSecond();
		Map<String, Object> claims = new LinkedHashMap<>();
		claims.put("iss", ISSUER);
		claims.put("sub", user);
		claims.put("role", role.value());
		claims.put("iat", now);
		claims.put("exp", now + LIFETIME.toSeconds());
		String signed = HEADER + "." + encode(claims);
		return signed + "." + Base64Url.encode(sign(signed));
	}

	/**
	 * The caller whom the one Authorization header of a request names.
	 * @throws ProblemException unauthenticated
	 */
	public Caller identify(List<String> authorization) {
		Matcher token = BEARER.matcher((authorization.size() == 1) ? authorization.getFirst() : "");
		if (!token.matches() || !isSigned(token.group(1), token.group(4))
				|| !decode(token.group(2)).path("alg").asString("").equals(ALGORITHM)) {
			throw Problem.UNAUTHENTICATED.exception();
		}
		JsonNode claims = decode(token.group(3));
		String subject = claims.path("sub").asString("");
		JsonNode expires = claims.path("exp");
		if (!claims.path("iss").asString("").equals(ISSUER) || !Patterns.LOWER_CASE_UUID.matcher(subject).matches()
				|| !expires.isNumber() || !isAhead(expires.decimalValue())) {
			throw Problem.UNAUTHENTICATED.exception();
		}
		Role role = Role.of(claims.path("role").asString("")).orElseThrow(Problem.UNAUTHENTICATED::exception);
		return new Caller(UUID.fromString(subject), role);
	}

	/**
	 * Whether the time has not come yet, and is one: 1e400 is none.
	 */
	private boolean isAhead(BigDecimal seconds) {
		return seconds.compareTo(BigDecimal.valueOf(this.clock.millis(), 3)) > 0
				&& seconds.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
	}

	private boolean isSigned(String signed, String signature) {
		Optional<byte[]> sent = Base64Url.decode(signature);
		return sent.isPresent() && MessageDigest.isEqual(sent.get(), sign(signed));
	}

	private byte[] sign(String signed) {
		return this.hmac.sign(signed.getBytes(StandardCharsets.US_ASCII));
	}

	private static String encode(Map<String, ?> members) {
		return Base64Url.encode(JSON.writeValueAsBytes(members));
	}

	private static JsonNode decode(String part) {
		try {
			return StrictJson.parseNode(Base64Url.decode(part).orElseThrow(Problem.UNAUTHENTICATED::exception));
		}
		catch (ProblemException ex) {
			throw Problem.UNAUTHENTICATED.exception();
		}
	}

}
