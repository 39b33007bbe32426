package example.shop.platform.database;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionException;

/**
 * Knows which exceptions are the state of the database or of the pool, and not the fault
 * of a request (DB-6).
 */
public final class Outages {

	// serialization, deadlock, lock time-out, statement cancelled, too many connections,
	// shutdown, crash, starting up
	private static final Set<String> STATES = Set.of("40001", "40P01", "55P03", "57014", "53300", "57P01", "57P02",
			"57P03");

	private static final String CONNECTION_CLASS = "08";

	private Outages() {
	}

	/**
	 * Whether the same request may succeed a moment later.
	 */
	public static boolean isOutage(@Nullable Throwable thrown) {
		for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
			// No connection of the pool came free; or BEGIN, COMMIT or ROLLBACK failed.
			if (cause instanceof SQLTransientConnectionException || cause instanceof TransactionException) {
				return true;
			}
			if (cause instanceof SQLException sql && sql.getSQLState() != null
					&& (STATES.contains(sql.getSQLState()) || sql.getSQLState().startsWith(CONNECTION_CLASS))) {
				return true;
			}
		}
		return false;
	}

}
