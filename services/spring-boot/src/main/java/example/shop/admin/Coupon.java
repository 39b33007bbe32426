package example.shop.admin;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The contract's resource.
 */
record Coupon(String code, int percentBp, long minSubtotal, @Nullable Integer maxRedemptions, int redeemed,
		Instant startsAt, @Nullable Instant endsAt) {
}
