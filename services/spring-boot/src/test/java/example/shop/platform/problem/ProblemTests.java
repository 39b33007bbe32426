package example.shop.platform.problem;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.http.ProblemDetail;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

class ProblemTests {

	@Test
	void catalogueIsTheContracts() throws IOException {
		Map<String, Map<String, Object>> contract;
		try (InputStream yaml = getClass().getResourceAsStream("/contract/problems.yaml")) {
			contract = new Yaml().load(yaml);
		}
		Map<String, Object> expected = new LinkedHashMap<>();
		contract.forEach((code, problem) -> expected.put(code, problem.get("status") + " " + problem.get("title")));
		Map<String, Object> catalogue = new LinkedHashMap<>();
		for (Problem problem : Problem.values()) {
			ProblemDetail body = problem.exception().getBody();
			catalogue.put(problem.code(), body.getStatus() + " " + body.getTitle());
			assertThat(body.getType()).hasToString("https://shop.example/problems/" + problem.code());
		}
		assertThat(catalogue).containsExactlyEntriesOf(expected);
	}

}
