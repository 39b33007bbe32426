package example.shop.platform.problem;

import java.net.URI;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * A refusal that the client may see. Inside a transaction it rolls back, as every
 * unchecked exception does.
 */
public final class ProblemException extends ErrorResponseException {

	private static final long serialVersionUID = 1L;

	private final Problem problem;

	private transient List<FieldError> errors = List.of();

	ProblemException(Problem problem) {
		super(problem.status, detail(problem), null);
		this.problem = problem;
		getHeaders().putAll(problem.headers);
	}

	/**
	 * Which one of the catalogue it is.
	 */
	public Problem problem() {
		return this.problem;
	}

	/**
	 * Adds a member that the problem's code has beside the standard ones.
	 */
	public ProblemException with(String member, Object value) {
		getBody().setProperty(member, value);
		return this;
	}

	/**
	 * Adds what is wrong, element by element.
	 */
	public ProblemException withErrors(List<FieldError> found) {
		this.errors = List.copyOf(found);
		return with("errors", this.errors);
	}

	public List<FieldError> errors() {
		return this.errors;
	}

	/**
	 * Adds a header.
	 */
	public ProblemException withHeader(String name, String value) {
		getHeaders().set(name, value);
		return this;
	}

	/**
	 * Refusals are normal answers: nobody reads their stack traces, and filling them in
	 * takes longer than the answer.
	 */
	@Override
	public Throwable fillInStackTrace() {
		return this;
	}

	private static ProblemDetail detail(Problem problem) {
		ProblemDetail detail = new Detail();
		detail.setStatus(problem.status);
		detail.setDetail(problem.detail);
		detail.setType(problem.type());
		detail.setTitle(problem.title);
		return detail;
	}

	/**
	 * Without the path of the request, so that of two answers one tells no more than the
	 * other (PROBLEM-5). Spring fills it in where there is none.
	 */
	private static final class Detail extends ProblemDetail {

		private static final long serialVersionUID = 1L;

		@Override
		@JsonIgnore
		public @Nullable URI getInstance() {
			return getType();
		}

	}

}
