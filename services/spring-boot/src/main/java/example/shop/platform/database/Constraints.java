package example.shop.platform.database;

import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Tells apart what a statement has violated.
 */
public final class Constraints {

	private Constraints() {
	}

	/**
	 * Whether it is the check or unique constraint of this name.
	 */
	public static boolean isOf(String constraint, DataIntegrityViolationException exception) {
		ServerErrorMessage message = (exception.getCause() instanceof PSQLException cause)
				? cause.getServerErrorMessage() : null;
		return message != null && constraint.equals(message.getConstraint());
	}

	/**
	 * Whether it is a foreign key, whose names are free (DB-1).
	 */
	public static boolean isOfForeignKey(DataIntegrityViolationException exception) {
		return exception.getCause() instanceof PSQLException cause
				&& PSQLState.FOREIGN_KEY_VIOLATION.getState().equals(cause.getSQLState());
	}

}
