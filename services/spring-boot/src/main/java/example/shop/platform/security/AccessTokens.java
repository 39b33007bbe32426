package example.shop.platform.security;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.MappedJwtClaimSetConverter;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.stereotype.Component;

import example.shop.platform.Patterns;
import example.shop.platform.config.ShopProperties;

/**
 * Issues access tokens, and says which ones are good (AUTH-7).
 */
@Component
public class AccessTokens {

	public static final Duration LIFETIME = Duration.ofMinutes(15);

	private static final String ISSUER = "shop";

	private static final String ROLE = "role";

	private static final Predicate<String> IS_UUID = Pattern.compile(Patterns.UUID).asMatchPredicate();

	private final SecretKey key;

	private final Clock clock;

	private final JwtEncoder encoder;

	@Autowired
	AccessTokens(ShopProperties properties) {
		this(properties.jwtSecret(), Clock.systemUTC());
	}

	AccessTokens(String secret, Clock clock) {
		this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
		this.clock = clock;
		this.encoder = NimbusJwtEncoder.withSecretKey(this.key).build();
	}

	public String issue(UUID user, Role role) {
		Instant now = this.clock.instant();
		JwtClaimsSet claims = JwtClaimsSet.builder()
			.issuer(ISSUER)
			.subject(user.toString())
			.claim(ROLE, role.value())
			.issuedAt(now)
			.expiresAt(now.plus(LIFETIME))
			.build();
		JwsHeader header = JwsHeader.with(MacAlgorithm.HS256).build();
		return this.encoder.encode(JwtEncoderParameters.from(header, claims)).getTokenValue();
	}

	/**
	 * What Spring Security checks tokens with. Its own validator of times gives a minute
	 * of leeway, and takes a token without an end.
	 */
	@Bean
	JwtDecoder jwtDecoder() {
		NimbusJwtDecoder decoder = NimbusJwtDecoder.withSecretKey(this.key).macAlgorithm(MacAlgorithm.HS256).build();
		// The default takes an issuer for a URL, and throws and catches at each token.
		decoder.setClaimSetConverter(
				MappedJwtClaimSetConverter.withDefaults(Map.of(JwtClaimNames.ISS, (issuer) -> issuer)));
		decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(new JwtIssuerValidator(ISSUER),
				new JwtClaimValidator<Instant>("exp", (end) -> end != null && this.clock.instant().isBefore(end)),
				new JwtClaimValidator<Object>("sub", (id) -> IS_UUID.test(String.valueOf(id))),
				new JwtClaimValidator<Object>(ROLE,
						(role) -> role instanceof String name && Role.of(name).isPresent())));
		return decoder;
	}

}
