package example.shop.platform.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import example.shop.Vectors;
import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.ProblemException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class QueryTests {

	@ParameterizedTest
	@MethodSource("vectors")
	void linksToTheNextPage(Vector vector) {
		String[] target = vector.target().split("\\?", 2);
		String link = new Query((target.length > 1) ? target[1] : null).nextLink(target[0], vector.nextCursor());
		assertThat(link).startsWith("<" + vector.path() + "?").endsWith(">; rel=\"next\"");
		String query = link.substring(link.indexOf('?') + 1, link.lastIndexOf('>'));
		assertThat(query).matches("[!-~&&[^\">]]+");
		assertThat(Arrays.stream(query.split("&")).map(QueryTests::decode))
			.containsExactlyInAnyOrderElementsOf(vector.pairs());
	}

	static Stream<Vector> vectors() {
		return Vectors.read("page_links.json", File.class).cases().stream();
	}

	@ParameterizedTest
	@CsvSource({ "limit=0, limit, out_of_range", "limit=05, limit, format", "limit=%205, limit, format",
			"limit=+5, limit, format", "limit, limit, too_short", "limit=, limit, too_short",
			"limit=1&limit=1, limit, duplicate", "limit[]=1, limit[], unknown", "Limit=1, Limit, unknown",
			"q=%FF, q, format", "q=%00, q, format", "q=%ZZ, q, format", "q=%F0%9F%98%80aaaa, q, too_long" })
	void namesWhatIsWrong(String raw, String parameter, String code) {
		Query query = new Query(raw);
		query.integer("limit", 1, 100);
		query.search("q", 4);
		ProblemException problem = catchThrowableOfType(ProblemException.class, query::check);
		assertThat(problem.getBody().getProperties()).containsEntry("errors",
				List.of(FieldError.ofParameter(parameter, code)));
	}

	private static List<String> decode(String pair) {
		return Arrays.stream(pair.split("=", 2))
			.map((text) -> URLDecoder.decode(text, StandardCharsets.UTF_8))
			.toList();
	}

	record File(List<Vector> cases) {
	}

	record Vector(String name, String target, String nextCursor, String path, List<List<String>> pairs) {
	}

}
