package example.shop.platform.problem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Null;
import jakarta.validation.constraints.Pattern;
import org.hibernate.validator.HibernateValidatorConfiguration;
import org.hibernate.validator.constraints.CodePointLength;
import org.hibernate.validator.constraints.Range;
import org.hibernate.validator.spi.nodenameprovider.JavaBeanProperty;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.validation.autoconfigure.ValidationConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.RequestBody;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

import example.shop.platform.json.Texts;

/**
 * Tells in the contract's words what Bean Validation and Jackson have found wrong
 * (PROBLEM-2, PROBLEM-3).
 */
@Configuration(proxyBeanMethods = false)
public class Violations {

	/**
	 * Lets the paths of violations have the names that clients use.
	 */
	@Bean
	public static ValidationConfigurationCustomizer namesOfClients() {
		return (configuration) -> ((HibernateValidatorConfiguration) configuration)
			.propertyNodeNameProvider((property) -> (property instanceof JavaBeanProperty)
					? JdbcUtils.convertPropertyNameToUnderscoreName(property.getName()) : property.getName());
	}

	/**
	 * The problem of a handler's argument, be it a body or a query.
	 */
	static ProblemException ofArgument(MethodArgumentNotValidException exception) {
		Stream<ConstraintViolation<?>> violations = exception.getAllErrors()
			.stream()
			.map((error) -> error.unwrap(ConstraintViolation.class));
		return exception.getParameter().hasParameterAnnotation(RequestBody.class) ? ofBody(violations)
				: problem(Problem.INVALID_QUERY, violations.map((violation) -> FieldError
					.ofParameter(violation.getPropertyPath().toString(), code(violation))));
	}

	public static ProblemException ofBody(Stream<? extends ConstraintViolation<?>> violations) {
		return problem(Problem.VALIDATION_FAILED,
				violations.map((violation) -> FieldError.ofPointer(pointer(violation), code(violation))));
	}

	private static String pointer(ConstraintViolation<?> violation) {
		List<String> names = new ArrayList<>();
		violation.getPropertyPath().forEach((node) -> names.add(String.valueOf(node.getName())));
		return FieldError.pointer(names);
	}

	/**
	 * Of several errors of one place the first.
	 */
	private static ProblemException problem(Problem problem, Stream<FieldError> errors) {
		Map<List<@Nullable String>, FieldError> places = new LinkedHashMap<>();
		errors.forEach((error) -> places.putIfAbsent(Arrays.asList(error.pointer(), error.parameter()), error));
		return problem.exception().withErrors(List.copyOf(places.values()));
	}

	/**
	 * What Jackson stopped at: a member that is unknown or has the wrong type, or a text
	 * that is no JSON.
	 */
	public static ProblemException ofJson(JacksonException exception) {
		String code = switch (exception) {
			case UnrecognizedPropertyException _ -> FieldError.UNKNOWN;
			case InputCoercionException _ -> FieldError.OUT_OF_RANGE;
			case MismatchedInputException _ -> FieldError.TYPE;
			default -> null;
		};
		// What is no object, or has something behind it, is no body at all.
		if (code == null || exception.getPath().isEmpty()) {
			return Problem.MALFORMED_JSON.exception();
		}
		List<String> names = exception.getPath()
			.stream()
			.map((reference) -> String.valueOf(reference.getPropertyName()))
			.toList();
		return Problem.VALIDATION_FAILED.exception()
			.withErrors(List.of(FieldError.ofPointer(FieldError.pointer(names), code)));
	}

	/**
	 * The constraints of the shop's own have their code as their message.
	 */
	private static String code(ConstraintViolation<?> violation) {
		return switch (violation.getConstraintDescriptor().getAnnotation()) {
			case NotNull _ -> FieldError.REQUIRED;
			case Null _ -> FieldError.READ_ONLY;
			case Pattern _ -> FieldError.FORMAT;
			case Range _ -> FieldError.OUT_OF_RANGE;
			case CodePointLength length -> (Texts.length(String.valueOf(violation.getInvalidValue())) < length.min())
					? FieldError.TOO_SHORT : FieldError.TOO_LONG;
			default -> violation.getMessage();
		};
	}

}
