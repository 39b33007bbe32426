package example.shop.admin;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class CouponRepository {

	private final JdbcClient jdbc;

	CouponRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * The new coupon, or none if the code is taken.
	 * @param starts the database's now if null
	 */
	Optional<Coupon> create(String code, int percentBp, long minSubtotal, @Nullable Integer maxRedemptions,
			@Nullable OffsetDateTime starts, @Nullable OffsetDateTime ends) {
		return this.jdbc.sql("""
				INSERT INTO coupons (code, percent_bp, min_subtotal, max_redemptions, starts_at, ends_at)
				VALUES (?, ?, ?, ?::integer, coalesce(?::timestamptz, now()), ?::timestamptz)
				ON CONFLICT (code) DO NOTHING
				RETURNING code, percent_bp, min_subtotal, max_redemptions, redeemed, starts_at, ends_at
				""")
			.param(code)
			.param(percentBp)
			.param(minSubtotal)
			.param(maxRedemptions)
			.param(starts)
			.param(ends)
			.query(CouponRepository::coupon)
			.optional();
	}

	private static Coupon coupon(ResultSet row, int number) throws SQLException {
		OffsetDateTime ends = row.getObject("ends_at", OffsetDateTime.class);
		return new Coupon(row.getString("code"), row.getInt("percent_bp"), row.getLong("min_subtotal"),
				row.getObject("max_redemptions", Integer.class), row.getInt("redeemed"),
				row.getObject("starts_at", OffsetDateTime.class).toInstant(), (ends != null) ? ends.toInstant() : null);
	}

}
