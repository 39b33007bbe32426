package example.shop.orders;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import org.hibernate.validator.constraints.CodePointLength;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.Cursors.Position;
import example.shop.platform.Cursors.Scope;
import example.shop.platform.Cursors;
import example.shop.platform.Patterns;
import example.shop.platform.problem.Problem;
import example.shop.platform.security.Caller;
import example.shop.platform.web.EntityTag;
import example.shop.platform.web.Page;

@RestController
class OrderController {

	private final OrderRepository orders;

	private final OrderService service;

	private final Cursors cursors;

	OrderController(OrderRepository orders, OrderService service, Cursors cursors) {
		this.orders = orders;
		this.service = service;
		this.cursors = cursors;
	}

	@GetMapping("/orders")
	ResponseEntity<Page<Order>> listOrders(@AuthenticationPrincipal Caller caller,
			@Valid @ModelAttribute OrderQuery query, HttpServletRequest request) {
		Scope scope = query.scope();
		Position after = query.cursor().map((cursor) -> this.cursors.open(scope, cursor)).orElse(null);
		List<Order> found = this.orders.list(caller, query.status().orElse(null), after, query.rows() + 1);
		return Page.of(request, found, query.rows(),
				(last) -> this.cursors.seal(scope, Position.of(last.createdAt(), last.id())));
	}

	@GetMapping("/orders" + Patterns.ID_IN_PATH)
	@Nullable Order getOrder(@AuthenticationPrincipal Caller caller, @PathVariable UUID id, HttpServletRequest request,
			HttpServletResponse response) {
		Order order = this.orders.find(id, caller).orElseThrow(Problem.NOT_FOUND::exception);
		Order matched = EntityTag.unlessMatched(request, response, order.version(), order);
		return (matched != null) ? this.orders.withLines(matched) : null;
	}

	@PostMapping("/orders" + Patterns.ID_IN_PATH + "/cancel")
	ResponseEntity<Order> cancelOrder(@AuthenticationPrincipal Caller caller, @PathVariable UUID id) {
		Order order = this.service.move(id, OrderStatus.CANCELLED, caller, (_) -> {
		});
		return ResponseEntity.ok().eTag(EntityTag.of(order.version())).body(order);
	}

	@PostMapping(path = "/admin/orders" + Patterns.ID_IN_PATH + "/transition",
			consumes = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<Order> transitionOrder(@AuthenticationPrincipal Caller caller, @PathVariable UUID id,
			@Valid @RequestBody Transition body, HttpServletRequest request) {
		Order order = this.service.move(id, OrderStatus.of(body.to()), caller,
				(locked) -> EntityTag.requireMatch(request, locked.version()));
		return ResponseEntity.ok()
			.eTag(EntityTag.of(order.version()))
			.header(HttpHeaders.CONTENT_LOCATION, "/orders/" + order.id())
			.body(order);
	}

	/**
	 * The query of listOrders.
	 */
	record OrderQuery(Optional<@Pattern(regexp = OrderStatus.NAMES) String> status,
			Optional<@Pattern(regexp = Page.LIMIT) String> limit, Optional<@CodePointLength(min = 1) String> cursor) {

		int rows() {
			return Integer.parseInt(this.limit.orElse(Page.DEFAULT_LIMIT));
		}

		Scope scope() {
			return new Scope("orders", "newest", List.of(this.status.orElse("")));
		}

	}

	record Transition(@NotNull @Pattern(regexp = OrderStatus.NAMES) String to) {
	}

}
