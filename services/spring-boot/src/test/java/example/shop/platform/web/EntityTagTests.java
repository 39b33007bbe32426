package example.shop.platform.web;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import example.shop.platform.problem.Problem;
import example.shop.platform.problem.ProblemException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class EntityTagTests {

	private final MockHttpServletRequest request = new MockHttpServletRequest();

	private final MockHttpServletResponse response = new MockHttpServletResponse();

	@ParameterizedTest
	@ValueSource(strings = { "\"7\"", "W/\"7\"", "*", "\"1\", \"7\"", "\"a,b\" , W/\"7\",", " * " })
	void ifNoneMatchComparesWeakly(String header) {
		this.request.addHeader(HttpHeaders.IF_NONE_MATCH, header);
		assertThat(EntityTag.unlessMatched(this.request, this.response, 7, "resource")).isNull();
		assertThat(this.response.getStatus()).isEqualTo(304);
		assertThat(this.response.getHeader(HttpHeaders.ETAG)).isEqualTo("\"7\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"8\"", "7", "\"7", "\"7\" x", "*, \"7", "w/\"7\"", "" })
	void anythingElseIsIgnored(String header) {
		this.request.addHeader(HttpHeaders.IF_NONE_MATCH, header);
		assertThat(EntityTag.unlessMatched(this.request, this.response, 7, "resource")).isEqualTo("resource");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"7\"", "*", "\"0\",\"7\"" })
	void ifMatchComparesStrongly(String header) {
		this.request.addHeader(HttpHeaders.IF_MATCH, header);
		assertThatNoException().isThrownBy(() -> EntityTag.requireMatch(this.request, 7));
	}

	@ParameterizedTest
	@ValueSource(strings = { "W/\"7\"", "7", "\"8\"", "\"7\", x", "" })
	void otherwiseThePreconditionFails(String header) {
		this.request.addHeader(HttpHeaders.IF_MATCH, header);
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> EntityTag.requireMatch(this.request, 7))
			.returns(Problem.PRECONDITION_FAILED, ProblemException::problem);
	}

	@Test
	void ifMatchIsRequired() {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> EntityTag.requireMatch(this.request, 7))
			.returns(Problem.PRECONDITION_REQUIRED, ProblemException::problem);
	}

}
