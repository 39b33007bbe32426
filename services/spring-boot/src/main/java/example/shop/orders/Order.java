package example.shop.orders;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The contract's resource.
 *
 * @param lines in order of sku
 */
public record Order(UUID id, UUID userId, OrderStatus status, String paymentStatus, String currency,
		@Nullable String couponCode, List<Line> lines, long subtotal, long discount, long tax, long shipping,
		long total, long version, Instant createdAt, Instant updatedAt) {

	/**
	 * Whether the customer has paid for what was cancelled.
	 */
	@JsonProperty
	public boolean refundDue() {
		return this.status == OrderStatus.CANCELLED && this.paymentStatus.equals("succeeded");
	}

	public Order withLines(List<Line> all) {
		return new Order(this.id, this.userId, this.status, this.paymentStatus, this.currency, this.couponCode, all,
				this.subtotal, this.discount, this.tax, this.shipping, this.total, this.version, this.createdAt,
				this.updatedAt);
	}

	/**
	 * What was ordered, as it was then.
	 */
	public record Line(@JsonIgnore UUID orderId, String sku, String name, long unitPrice, int quantity, long discount,
			int taxRateBp, long tax) {

		@JsonProperty
		public long lineTotal() {
			return this.unitPrice * this.quantity;
		}

	}

}
