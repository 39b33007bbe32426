package example.shop.admin;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import example.shop.carts.CouponCodes;

@Repository
class CouponRepository {

	private final JdbcClient jdbc;

	CouponRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * The new coupon, or none if the code is taken.
	 */
	Optional<Coupon> create(CouponInput coupon) {
		return this.jdbc.sql("""
				INSERT INTO coupons (code, percent_bp, min_subtotal, max_redemptions, starts_at, ends_at)
				VALUES (?, ?, ?, ?::integer, coalesce(?::timestamptz, now()), ?::timestamptz)
				ON CONFLICT (code) DO NOTHING
				RETURNING code, percent_bp, min_subtotal, max_redemptions, redeemed, starts_at, ends_at
				""")
			.param(CouponCodes.normalize(coupon.code()))
			.param(coupon.percentBp())
			.param(Objects.requireNonNullElse(coupon.minSubtotal(), 0L))
			.param(coupon.maxRedemptions())
			.param(utc(coupon.startsAt()))
			.param(utc(coupon.endsAt()))
			.query(CouponRepository::coupon)
			.optional();
	}

	private static @Nullable OffsetDateTime utc(@Nullable Instant time) {
		return (time != null) ? time.atOffset(ZoneOffset.UTC) : null;
	}

	private static Coupon coupon(ResultSet row, int number) throws SQLException {
		OffsetDateTime ends = row.getObject("ends_at", OffsetDateTime.class);
		return new Coupon(row.getString("code"), row.getInt("percent_bp"), row.getLong("min_subtotal"),
				row.getObject("max_redemptions", Integer.class), row.getInt("redeemed"),
				row.getObject("starts_at", OffsetDateTime.class).toInstant(), (ends != null) ? ends.toInstant() : null);
	}

}
