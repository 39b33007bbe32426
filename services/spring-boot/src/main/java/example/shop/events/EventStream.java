package example.shop.events;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import example.shop.events.EventRepository.Event;

/**
 * Sends events to one client (EVENT-3). It holds a connection of the pool only while it
 * reads. Spring's {@code SseEmitter} would spell the fields without their spaces, and
 * need a thread of its own as well.
 */
class EventStream {

	// A hint may get lost.
	private static final long POLL_NANOS = Duration.ofSeconds(5).toNanos();

	private final EventHub hub;

	private final EventRepository events;

	private final long pingNanos;

	private final OutputStream out;

	EventStream(EventHub hub, EventRepository events, Duration ping, OutputStream out) {
		this.hub = hub;
		this.events = events;
		this.pingNanos = ping.toNanos();
		this.out = out;
	}

	/**
	 * Sends what is newer than {@code last}, until the session ends or the client is
	 * gone.
	 * @param owner whose orders; null for all
	 */
	void follow(Topic topic, @Nullable UUID owner, long last, int session) throws IOException, InterruptedException {
		send("retry: 2000\n\n");
		long nextPing = System.nanoTime() + this.pingNanos;
		while (this.hub.isAlive(session)) {
			long hint = this.hub.hint(topic);
			List<Event> found;
			do {
				found = this.events.after(last, topic, owner);
				if (!found.isEmpty()) {
					last = found.getLast().id();
					send(format(found));
				}
			}
			while (found.size() == EventRepository.BATCH);
			long poll = System.nanoTime() + POLL_NANOS;
			do {
				if (System.nanoTime() >= nextPing) {
					send(": ping\n\n");
					nextPing = System.nanoTime() + this.pingNanos;
				}
				this.hub.awaitChange(topic, hint, session, Math.min(poll, nextPing) - System.nanoTime());
			}
			while (this.hub.isAlive(session) && this.hub.hint(topic) == hint && System.nanoTime() < poll);
		}
	}

	private void send(String text) throws IOException {
		this.out.write(text.getBytes(StandardCharsets.UTF_8));
		this.out.flush();
	}

	private static String format(List<Event> events) {
		StringBuilder text = new StringBuilder();
		for (Event event : events) {
			text.append("id: %d\nevent: %s\ndata: %s\n\n".formatted(event.id(), event.type(), event.data()));
		}
		return text.toString();
	}

}
