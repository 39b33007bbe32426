package example.shop.events;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Has the process's one LISTEN connection, which is not of the pool, and wakes the
 * streams that wait for a topic.
 * <p>
 * Its phase is the last one, so Spring stops it first: the streams end, and the web
 * server need not wait for them.
 */
@Component
@Profile("!migrate")
class EventHub implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(EventHub.class);

	private static final int RECONNECT_MILLIS = 1000;

	private static final int WAIT_MILLIS = 10_000;

	private final JdbcConnectionDetails database;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/** How often something happened to a topic. */
	private final Map<Topic, Long> hints = new EnumMap<>(Topic.class);

	/** Rises with each LISTEN connection. */
	private int session;

	private boolean listening;

	private volatile boolean running;

	private volatile @Nullable Connection connection;

	EventHub(JdbcConnectionDetails database) {
		this.database = database;
	}

	@Override
	public void start() {
		this.running = true;
		Thread.ofVirtual().name("event-hub").start(this::run);
	}

	@Override
	public void stop() {
		this.running = false;
		setListening(false);
		Connection open = this.connection;
		if (open != null) {
			try {
				open.abort(Runnable::run);
			}
			catch (SQLException ex) {
				logger.debug("The LISTEN connection was gone already", ex);
			}
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Waits until LISTEN is active.
	 * @return a session that ends with that connection, or null if it does not come in
	 * time
	 */
	@Nullable Integer awaitSession(long millis) throws InterruptedException {
		this.lock.lock();
		try {
			long left = TimeUnit.MILLISECONDS.toNanos(millis);
			while (!this.listening && this.running && left > 0) {
				left = this.changed.awaitNanos(left);
			}
			return this.listening ? this.session : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Whether streams of the session go on. With the connection they end: their clients
	 * resume, and what was notified in between is in the table.
	 */
	boolean isAlive(int ofSession) {
		this.lock.lock();
		try {
			return this.listening && ofSession == this.session;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How often something happened to the topic so far. Take it before reading the table.
	 */
	long hint(Topic topic) {
		this.lock.lock();
		try {
			return this.hints.getOrDefault(topic, 0L);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until something happens to the topic, the session ends, or the time is over.
	 */
	void awaitChange(Topic topic, long since, int ofSession, long nanos) throws InterruptedException {
		this.lock.lock();
		try {
			long left = nanos;
			while (left > 0 && this.hints.getOrDefault(topic, 0L) == since && this.listening
					&& ofSession == this.session) {
				left = this.changed.awaitNanos(left);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		while (this.running) {
			try (Connection opened = DriverManager.getConnection(this.database.getJdbcUrl(),
					this.database.getUsername(), this.database.getPassword())) {
				this.connection = opened;
				listen(opened);
			}
			catch (SQLException ex) {
				if (this.running) {
					logger.warn("Not listening for events: " + ex.getMessage());
				}
			}
			finally {
				setListening(false);
			}
			pause();
		}
	}

	private void listen(Connection opened) throws SQLException {
		try (Statement statement = opened.createStatement()) {
			statement.execute("LISTEN shop_events");
			setListening(true);
			PGConnection notifications = opened.unwrap(PGConnection.class);
			while (this.running) {
				for (PGNotification notification : notifications.getNotifications(WAIT_MILLIS)) {
					hinted(notification.getParameter());
				}
				// A connection that is lost in silence is found here.
				statement.execute("SELECT 1");
			}
		}
	}

	private void hinted(String payload) {
		this.lock.lock();
		try {
			Topic.of(payload.split(":", 2)[0]).ifPresent((topic) -> this.hints.merge(topic, 1L, Long::sum));
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void setListening(boolean now) {
		this.lock.lock();
		try {
			this.session += now ? 1 : 0;
			this.listening = now;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private static void pause() {
		try {
			Thread.sleep(RECONNECT_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
