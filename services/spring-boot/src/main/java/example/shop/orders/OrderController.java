package example.shop.orders;

import java.util.List;
import java.util.Objects;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import example.shop.platform.Cursors.Position;
import example.shop.platform.Cursors.Scope;
import example.shop.platform.Cursors;
import example.shop.platform.Patterns;
import example.shop.platform.json.JsonObject;
import example.shop.platform.problem.Problem;
import example.shop.platform.security.Caller;
import example.shop.platform.web.Body;
import example.shop.platform.web.EntityTag;
import example.shop.platform.web.Page;
import example.shop.platform.web.Query;

@RestController
class OrderController {

	private static final long DEFAULT_LIMIT = 20;

	private final OrderRepository orders;

	private final OrderService service;

	private final Cursors cursors;

	OrderController(OrderRepository orders, OrderService service, Cursors cursors) {
		this.orders = orders;
		this.service = service;
		this.cursors = cursors;
	}

	// region listOrders
	@GetMapping("/orders")
	ResponseEntity<Page<Order>> listOrders(Caller caller, Query query) {
		String status = query.oneOf("status", OrderStatus.NAMES);
		long limit = Objects.requireNonNullElse(query.integer("limit", 1, 100), DEFAULT_LIMIT);
		String cursor = query.text("cursor");
		query.check();
		Scope scope = new Scope("orders", "newest", List.of(status));
		Position after = cursor.isEmpty() ? null : this.cursors.open(scope, cursor);
		List<Order> found = this.orders.list(caller, status, after, (int) limit);
		return Page.of("/orders", query, found, (int) limit,
				(last) -> this.cursors.seal(scope, Position.of(last.createdAt(), last.id())));
	}
	// endregion

	// region getOrder
	@GetMapping("/orders/{id}")
	@Nullable Order getOrder(Caller caller, @PathVariable String id, HttpServletRequest request, HttpServletResponse response) {
		Order order = this.orders.find(Patterns.id(id), caller).orElseThrow(Problem.NOT_FOUND::exception);
		Order matched = EntityTag.unlessMatched(request, response, order.version(), order);
		return (matched != null) ? this.orders.withLines(matched) : null;
	}
	// endregion

	// region cancelOrder
	@PostMapping("/orders/{id}/cancel")
	ResponseEntity<Order> cancelOrder(Caller caller, @PathVariable String id) {
		Order order = this.service.move(Patterns.id(id), OrderStatus.CANCELLED, caller, (_) -> {
		});
		return ResponseEntity.ok().eTag(EntityTag.of(order.version())).body(order);
	}
	// endregion

	// region transitionOrder
	@PostMapping("/admin/orders/{id}/transition")
	ResponseEntity<Order> transitionOrder(Caller caller, @PathVariable String id, @Body JsonObject body,
			HttpServletRequest request) {
		String to = body.required("to").normalized((text) -> OrderStatus.NAMES.contains(text) ? text : null);
		body.check();
		Order order = this.service.move(Patterns.id(id), OrderStatus.of(to), caller,
				(locked) -> EntityTag.requireMatch(request, locked.version()));
		return ResponseEntity.ok()
			.eTag(EntityTag.of(order.version()))
			.header(HttpHeaders.CONTENT_LOCATION, "/orders/" + order.id())
			.body(order);
	}
	// endregion

}
