package example.shop.platform.json;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import tools.jackson.databind.node.ObjectNode;

import example.shop.platform.problem.FieldError;
import example.shop.platform.problem.Problem;

/**
 * A body whose members are asked for one by one, in the words of the contract's table:
 *
 * <pre>
 * String name = body.required("name").text(1, 120);
 * long stock = body.optional("stock").integer(0, 1_000_000);
 * body.check();
 * </pre>
 *
 * Nothing fails early: {@link #check()} reports all wrong members together, those that
 * nobody asked for too.
 */
public final class JsonObject {

	private final ObjectNode members;

	private final Set<String> asked = new HashSet<>();

	private final List<FieldError> errors = new ArrayList<>();

	JsonObject(ObjectNode members) {
		this.members = members;
	}

	/**
	 * A member that must be there and not null.
	 */
	public JsonField required(String name) {
		JsonField field = optional(name);
		if (!field.isPresent()) {
			field.fail(FieldError.REQUIRED);
		}
		return field;
	}

	/**
	 * A member that may be absent, but not null.
	 */
	public JsonField optional(String name) {
		JsonField field = nullable(name);
		if (field.isNull()) {
			field.fail(FieldError.NULL_NOT_ALLOWED);
		}
		return field;
	}

	/**
	 * A member that may be absent or null.
	 */
	public JsonField nullable(String name) {
		this.asked.add(name);
		return new JsonField(this, name, this.members.get(name));
	}

	/**
	 * Members that the resource has but no request may send.
	 */
	public void readOnly(List<String> names) {
		for (String name : names) {
			JsonField field = nullable(name);
			if (field.isPresent()) {
				field.fail(FieldError.READ_ONLY);
			}
		}
	}

	/**
	 * Lets members be there with any value.
	 */
	public void ignore(List<String> names) {
		this.asked.addAll(names);
	}

	/**
	 * Lets any other members be there.
	 */
	public void ignoreUnknown() {
		this.asked.addAll(this.members.propertyNames());
	}

	/**
	 * Reports an error at a pointer, for rules that {@link JsonField} does not know.
	 */
	public void fail(String pointer, String code) {
		this.errors.add(FieldError.ofPointer(pointer, code));
	}

	/**
	 * Everything that is wrong. Call it after the last question.
	 */
	public List<FieldError> errors() {
		for (String name : this.members.propertyNames()) {
			if (this.asked.add(name)) {
				fail(pointer(name), FieldError.UNKNOWN);
			}
		}
		return this.errors;
	}

	/**
	 * Ends the request with validation_failed if anything is wrong.
	 */
	public void check() {
		List<FieldError> found = errors();
		if (!found.isEmpty()) {
			throw Problem.VALIDATION_FAILED.exception().with("errors", found);
		}
	}

	/**
	 * The RFC 6901 pointer of a name, to be appended to that of its object.
	 */
	public static String pointer(String name) {
		return "/" + name.replace("~", "~0").replace("/", "~1");
	}

}
