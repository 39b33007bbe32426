use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::pricing;

/// The contract's resource, at today's prices.
#[derive(Debug, Serialize)]
pub struct Cart {
    currency: &'static str,
    pub lines: Vec<Line>,
    pub coupon: Option<Coupon>,
    pub subtotal: i64,
    pub discount: i64,
    pub tax: i64,
    pub shipping: i64,
    pub total: i64,
}

#[derive(Debug, Serialize)]
pub struct Line {
    pub sku: String,
    name: String,
    unit_price: i64,
    pub quantity: i32,
    line_total: i64,
    pub discount: i64,
    tax_rate_bp: i32,
    pub tax: i64,
    pub available: bool,
    pub in_stock: bool,
    #[serde(skip)]
    pub stock: i32,
}

#[derive(Debug, Serialize)]
pub struct Coupon {
    pub code: String,
    pub applied: bool,
    reason: Option<String>,
}

impl Cart {
    /// The user's open cart, or an empty one.
    pub async fn read(connection: &mut PgConnection, user: Uuid) -> sqlx::Result<Self> {
        // The clock is the statement's: its transaction may have waited for locks since it began.
        let cart = sqlx::query!(
            r#"SELECT carts.id, code AS "code?", percent_bp AS "percent_bp?", min_subtotal AS "min_subtotal?",
                 CASE WHEN starts_at > statement_timestamp() THEN 'not_started'
                      WHEN ends_at <= statement_timestamp() THEN 'expired'
                      WHEN EXISTS (SELECT FROM coupon_redemptions r
                                   WHERE r.coupon_id = coupons.id AND r.user_id = carts.user_id) THEN 'already_used'
                      WHEN redeemed >= max_redemptions THEN 'exhausted'
                 END AS reason
               FROM carts LEFT JOIN coupons ON coupons.id = coupon_id
               WHERE carts.user_id = $1 AND status = 'open'"#,
            user,
        )
        .fetch_optional(&mut *connection)
        .await?;
        let Some(cart) = cart else { return Ok(Self::priced(vec![], None, None)) };
        let lines = sqlx::query_as!(
            Line,
            r#"SELECT sku, name, price AS unit_price, quantity, price * quantity AS "line_total!", 0::bigint AS "discount!",
                 tax_rate_bp, 0::bigint AS "tax!", active AS available, stock >= quantity AS "in_stock!", stock
               FROM cart_items JOIN products ON products.id = product_id
               WHERE cart_id = $1
               ORDER BY sku"#,
            cart.id,
        )
        .fetch_all(&mut *connection)
        .await?;
        let terms = cart.percent_bp.zip(cart.min_subtotal);
        let terms =
            terms.map(|(percent_bp, min_subtotal)| pricing::Coupon { percent_bp: percent_bp.into(), min_subtotal });
        let coupon = cart.code.map(|code| Coupon { code, applied: false, reason: cart.reason });
        Ok(Self::priced(lines, coupon, terms))
    }

    fn priced(mut lines: Vec<Line>, mut coupon: Option<Coupon>, terms: Option<pricing::Coupon>) -> Self {
        let to_price: Vec<_> = lines
            .iter()
            .map(|line| pricing::Line {
                unit_price: line.unit_price,
                quantity: line.quantity.into(),
                tax_rate_bp: line.tax_rate_bp.into(),
                available: line.available,
            })
            .collect();
        let holds = coupon.as_ref().is_some_and(|coupon| coupon.reason.is_none());
        let totals = pricing::calculate(&to_price, terms.filter(|_| holds));
        for (line, priced) in lines.iter_mut().zip(&totals.lines) {
            (line.line_total, line.discount, line.tax) = (priced.line_total, priced.discount, priced.tax);
        }
        if let Some(coupon) = &mut coupon {
            coupon.applied = totals.applied;
            if holds && !totals.applied {
                coupon.reason = Some("min_subtotal".to_owned());
            }
        }
        let pricing::Totals { subtotal, discount, tax, shipping, total, .. } = totals;
        Self { currency: "EUR", lines, coupon, subtotal, discount, tax, shipping, total }
    }
}
