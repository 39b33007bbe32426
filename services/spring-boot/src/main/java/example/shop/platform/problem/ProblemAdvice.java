package example.shop.platform.problem;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.NoHandlerFoundException;
import tools.jackson.core.JacksonException;

import example.shop.platform.database.Outages;

/**
 * The one place where an exception becomes an answer.
 */
@RestControllerAdvice
class ProblemAdvice {

	private static final Log logger = LogFactory.getLog(ProblemAdvice.class);

	private static final MediaType MERGE_PATCH = MediaType.valueOf("application/merge-patch+json");

	@ExceptionHandler
	ResponseEntity<ProblemDetail> answer(Exception exception, HttpServletResponse response) throws Exception {
		if (response.isCommitted()) {
			// Tomcat cuts the connection: half an export must not look whole.
			throw exception;
		}
		ProblemException problem = problem(exception);
		return ResponseEntity.status(problem.getStatusCode())
			.headers(problem.getHeaders())
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.body(problem.getBody());
	}

	private static ProblemException problem(Exception exception) {
		return switch (exception) {
			case ProblemException problem -> problem;
			case NoHandlerFoundException _ -> Problem.NOT_FOUND.exception();
			case HttpRequestMethodNotSupportedException unsupported -> Problem.METHOD_NOT_ALLOWED.exception()
				.withHeader(HttpHeaders.ALLOW, String.join(", ", allowed(unsupported)));
			case HttpMediaTypeNotSupportedException unsupported -> unsupported(unsupported);
			case MethodArgumentNotValidException invalid -> Violations.ofArgument(invalid);
			case HttpMessageNotReadableException unreadable when unreadable
				.getCause() instanceof JacksonException json -> Violations.ofJson(json);
			case HttpMessageNotReadableException _ -> Problem.MALFORMED_JSON.exception();
			case IOException gone -> {
				logger.debug("A client is gone", gone);
				yield Problem.MALFORMED_JSON.exception();
			}
			case Exception outage when Outages.isOutage(outage) -> {
				logger.warn("The database is away or overloaded: " + outage.getMessage());
				yield Problem.SERVICE_UNAVAILABLE.exception();
			}
			default -> {
				logger.error("A request failed", exception);
				yield Problem.INTERNAL_ERROR.exception();
			}
		};
	}

	/**
	 * Of a type that it cannot parse, Spring does not tell the method, and so no
	 * Accept-Patch.
	 */
	private static ProblemException unsupported(HttpMediaTypeNotSupportedException exception) {
		ProblemException problem = Problem.UNSUPPORTED_MEDIA_TYPE.exception();
		if (exception.getSupportedMediaTypes().contains(MERGE_PATCH)) {
			problem.getHeaders().setAcceptPatch(exception.getSupportedMediaTypes());
		}
		return problem;
	}

	/**
	 * Spring MVC answers HEAD wherever a handler has GET, but does not say so on a 405.
	 */
	private static Set<String> allowed(HttpRequestMethodNotSupportedException exception) {
		Set<String> allowed = new TreeSet<>();
		if (exception.getSupportedMethods() != null) {
			allowed.addAll(Set.of(exception.getSupportedMethods()));
		}
		if (allowed.contains(HttpMethod.GET.name())) {
			allowed.add(HttpMethod.HEAD.name());
		}
		return allowed;
	}

}
