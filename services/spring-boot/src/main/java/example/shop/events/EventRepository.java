package example.shop.events;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class EventRepository {

	static final int BATCH = 500;

	private final JdbcClient jdbc;

	EventRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	long newest() {
		return this.jdbc.sql("SELECT coalesce(max(id), 0) FROM events").query(Long.class).single();
	}

	/**
	 * The next events of a topic, {@value #BATCH} at most.
	 * @param owner whose orders; null for all
	 */
	List<Event> after(long last, Topic topic, @Nullable UUID owner) {
		StatementSpec statement = (owner == null)
				? this.jdbc.sql("SELECT id, type, data FROM events WHERE topic = ? AND id > ? ORDER BY id LIMIT ?")
					.param(topic.value())
				: this.jdbc
					.sql("SELECT id, type, data FROM events "
							+ "WHERE topic = 'orders' AND user_id = ? AND id > ? ORDER BY id LIMIT ?")
					.param(owner);
		return statement.param(last)
			.param(BATCH)
			.query((row, _) -> new Event(row.getLong("id"), row.getString("type"), row.getString("data")))
			.list();
	}

	/**
	 * A row of the log.
	 *
	 * @param data JSON that is sent as it is
	 */
	record Event(long id, String type, String data) {
	}

}
