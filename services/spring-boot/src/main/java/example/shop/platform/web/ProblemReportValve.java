package example.shop.platform.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

import example.shop.platform.problem.Problem;

/**
 * Answers with a problem where Tomcat overrules the application: a body that breaks off
 * or has a malformed chunk. What it refuses before routing keeps its own answer, which is
 * the last one of the connection.
 */
class ProblemReportValve extends ErrorReportValve {

	@Override
	protected void report(Request request, Response response, @Nullable Throwable throwable) {
		if (request.getContext() == null) {
			response.setHeader(HttpHeaders.CONNECTION, "close");
		}
		else if (response.getStatus() >= 400 && response.getContentWritten() == 0 && response.setErrorReported()) {
			Arrays.stream(Problem.values())
				.filter((problem) -> problem.status() == response.getStatus())
				.findFirst()
				.ifPresent((problem) -> write(response, problem.exception().getBody()));
		}
	}

	private static void write(Response response, ProblemDetail problem) {
		byte[] body = "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
			.formatted(problem.getType(), problem.getTitle(), problem.getStatus(), problem.getDetail())
			.getBytes(StandardCharsets.UTF_8);
		try {
			response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
			response.setContentLength(body.length);
			response.getOutputStream().write(body);
			response.finishResponse();
		}
		catch (IOException ex) {
			// the client is gone
		}
	}

}
