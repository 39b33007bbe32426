package example.shop.checkout;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import example.shop.platform.problem.Problem;
import example.shop.platform.problem.ProblemException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CheckoutRequestTests {

	@ParameterizedTest
	@CsvSource(quoteCharacter = '|', value = { "k-1, k-1", "\"k-1\", k-1", "a{}~, a{}~" })
	void takesOnePairOfQuotesOff(String header, String key) {
		assertThat(CheckoutRequest.key(List.of(header))).isEqualTo(key);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\"", "\"\"", "a b", "a\"b", "\"\"a\"\"", "a\\b", "é" })
	void refusesOtherKeys(String header) {
		assertRefused(Problem.IDEMPOTENCY_KEY_INVALID, List.of(header));
		assertRefused(Problem.IDEMPOTENCY_KEY_INVALID, List.of("a".repeat(256)));
		assertRefused(Problem.IDEMPOTENCY_KEY_INVALID, List.of("a", "a"));
		assertRefused(Problem.IDEMPOTENCY_KEY_MISSING, List.of());
	}

	@Test
	void fingerprintsTheBytesAsSent() {
		byte[] body = "{ \"expected_total\": 1e2 }".getBytes(StandardCharsets.UTF_8);
		CheckoutRequest request = CheckoutRequest.of(new UUID(0, 1), "k", body, new CheckoutRequest.Body(100L));
		assertThat(request.expectedTotal()).isEqualTo(100);
		assertThat(request.fingerprint()).isEqualTo("e303ac19b2c89357e6a0136c85a2f8215d6a6e76ee4435ea54b34a60cd4fe652");
	}

	private static void assertRefused(Problem problem, List<String> keys) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> CheckoutRequest.key(keys))
			.returns(problem, ProblemException::problem);
	}

}
