package example.shop.orders;

import java.util.UUID;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import example.shop.platform.security.Caller;
import example.shop.platform.security.Role;

import static org.assertj.core.api.Assertions.assertThat;

class OrderStatusTests {

	@ParameterizedTest
	@EnumSource
	void onlyTheseMovesAreAllowed(OrderStatus from) {
		for (OrderStatus to : OrderStatus.values()) {
			boolean administrators = switch (from + ">" + to) {
				case "PENDING>CANCELLED", "PAID>SHIPPED", "PAID>CANCELLED", "SHIPPED>DELIVERED" -> true;
				default -> false;
			};
			assertThat(from.mayBecome(to, new Caller(new UUID(0, 1), Role.ADMIN))).isEqualTo(administrators);
			assertThat(from.mayBecome(to, new Caller(new UUID(0, 1), Role.CUSTOMER)))
				.isEqualTo(from == OrderStatus.PENDING && to == OrderStatus.CANCELLED);
		}
	}

}
