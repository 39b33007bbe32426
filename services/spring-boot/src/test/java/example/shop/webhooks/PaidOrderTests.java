package example.shop.webhooks;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import example.shop.webhooks.PaymentRepository.PaidOrder;

import static org.assertj.core.api.Assertions.assertThat;

class PaidOrderTests {

	@ParameterizedTest
	@CsvSource({ "failed succeeded, pending, paid, succeeded", "failed, pending, pending, failed",
			"succeeded, cancelled, cancelled, succeeded", "failed succeeded refunded, pending, refunded, refunded",
			"refunded, shipped, refunded, refunded" })
	void anyOrderOfEventsEndsInTheSame(String events, String status, String endStatus, String endPayment) {
		for (List<String> permutation : permutations(List.of(events.split(" ")))) {
			PaidOrder order = new PaidOrder(status, "none", "EUR", 1);
			for (String event : permutation) {
				order = order.after("payment." + event).orElse(order);
			}
			assertThat(order).isEqualTo(new PaidOrder(endStatus, endPayment, "EUR", 1));
		}
	}

	private static List<List<String>> permutations(List<String> of) {
		if (of.isEmpty()) {
			return List.of(List.of());
		}
		List<List<String>> found = new ArrayList<>();
		for (String first : of) {
			List<String> rest = new ArrayList<>(of);
			rest.remove(first);
			for (List<String> tail : permutations(rest)) {
				List<String> whole = new ArrayList<>(List.of(first));
				whole.addAll(tail);
				found.add(whole);
			}
		}
		return found;
	}

}
