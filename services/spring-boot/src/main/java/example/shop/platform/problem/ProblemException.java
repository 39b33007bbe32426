package example.shop.platform.problem;

import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * A refusal that the client may see. Inside a transaction it rolls back, as every
 * unchecked exception does.
 */
public final class ProblemException extends ErrorResponseException {

	private static final long serialVersionUID = 1L;

	private final Problem problem;

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
		ProblemDetail detail = ProblemDetail.forStatusAndDetail(problem.status, problem.detail);
		detail.setType(problem.type());
		detail.setTitle(problem.title);
		return detail;
	}

}
