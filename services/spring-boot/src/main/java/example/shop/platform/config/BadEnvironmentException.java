package example.shop.platform.config;

import java.util.List;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Variables of the environment are missing or bad. The message has a line for each, and
 * no values: some are secrets.
 */
class BadEnvironmentException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	BadEnvironmentException(List<String> faults) {
		super(String.join(System.lineSeparator(), faults));
	}

	/**
	 * Lets Spring Boot print the message instead of a stack trace.
	 */
	static class Analyzer extends AbstractFailureAnalyzer<BadEnvironmentException> {

		@Override
		protected FailureAnalysis analyze(Throwable failure, BadEnvironmentException cause) {
			return new FailureAnalysis(String.valueOf(cause.getMessage()), "Set these variables; see README.md.",
					cause);
		}

	}

}
