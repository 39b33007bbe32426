package example.shop.events;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.config.ShopProperties;
import example.shop.platform.database.Outages;
import example.shop.platform.problem.Problem;
import example.shop.platform.security.Caller;

@RestController
class EventController {

	private static final Pattern LAST_EVENT_ID = Pattern.compile("[0-9]{1,18}");

	private static final long LISTEN_MILLIS = 1000;

	private final EventHub hub;

	private final EventRepository events;

	private final ShopProperties properties;

	EventController(EventHub hub, EventRepository events, ShopProperties properties) {
		this.hub = hub;
		this.events = events;
		this.properties = properties;
	}

	@GetMapping("/events")
	void streamEvents(@Valid @ModelAttribute EventQuery query, @AuthenticationPrincipal @Nullable Caller caller,
			HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
		Topic topic = Topic.of(query.topic()).orElseThrow();
		UUID owner = (topic == Topic.ORDERS) ? owner(caller) : null;
		Long resumed = lastEventId(Collections.list(request.getHeaders("Last-Event-ID")));
		if (HttpMethod.HEAD.matches(request.getMethod())) {
			begin(response);
			return;
		}
		Integer session = this.hub.awaitSession(LISTEN_MILLIS);
		if (session == null) {
			throw Problem.SERVICE_UNAVAILABLE.exception();
		}
		long last = (resumed != null) ? resumed : this.events.newest();
		begin(response);
		// The request's thread is a virtual one: it may wait as long as the client
		// listens.
		EventStream stream = new EventStream(this.hub, this.events, this.properties.ssePing(),
				response.getOutputStream());
		try {
			stream.follow(topic, owner, last, session);
		}
		catch (DataAccessException ex) {
			// Without the database the stream ends, and its client resumes.
			if (!Outages.isOutage(ex)) {
				throw ex;
			}
		}
	}

	/**
	 * Whose orders the caller may see; null for all.
	 */
	private static @Nullable UUID owner(@Nullable Caller caller) {
		if (caller == null) {
			throw Problem.UNAUTHENTICATED.exception();
		}
		return caller.isAdministrator() ? null : caller.id();
	}

	private static void begin(HttpServletResponse response) {
		response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
		// Proxies must not hold the stream back.
		response.setHeader("X-Accel-Buffering", "no");
	}

	private static @Nullable Long lastEventId(List<String> values) {
		if (values.isEmpty()) {
			return null;
		}
		if (values.size() > 1 || !LAST_EVENT_ID.matcher(values.getFirst()).matches()) {
			throw Problem.INVALID_HEADER.exception();
		}
		return Long.valueOf(values.getFirst());
	}

	record EventQuery(@NotNull @jakarta.validation.constraints.Pattern(regexp = Topic.NAMES) String topic) {
	}

}
