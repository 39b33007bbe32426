package example.shop.platform.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

import example.shop.platform.problem.Problem;

/**
 * Answers what Tomcat itself refuses or cuts off, and Spring never sees, with a problem
 * instead of HTML.
 */
class ProblemReportValve extends ErrorReportValve {

	@Override
	protected void report(Request request, Response response, @Nullable Throwable throwable) {
		if (response.getStatus() >= 400 && response.getContentWritten() == 0 && response.setErrorReported()) {
			problem(request, response.getStatus()).map((problem) -> problem.exception().getBody())
				.ifPresent((problem) -> write(request, response, problem));
		}
	}

	/**
	 * A request without a context has a path that Tomcat does not decode, such as one
	 * with bytes that are no UTF-8, and there is no such path. What the catalogue does
	 * not know goes out without a body.
	 */
	private static Optional<Problem> problem(Request request, int status) {
		return (request.getContext() == null) ? Optional.of(Problem.NOT_FOUND)
				: Arrays.stream(Problem.values()).filter((problem) -> problem.status() == status).findFirst();
	}

	private static void write(Request request, Response response, ProblemDetail problem) {
		byte[] body = "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
			.formatted(problem.getType(), problem.getTitle(), problem.getStatus(), problem.getDetail())
			.getBytes(StandardCharsets.UTF_8);
		try {
			response.setStatus(problem.getStatus());
			response.setHeader(HttpHeaders.CACHE_CONTROL, CachePolicy.of(request.getRequestURI()));
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
