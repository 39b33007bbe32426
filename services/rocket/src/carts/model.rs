//! The open cart at today's prices, and its lock.

use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use time::PrimitiveDateTime;
use uuid::Uuid;

use crate::platform::Result;
use crate::platform::problem::UNAUTHENTICATED;
use crate::pricing::{self, PricedLine, Quote, quote};
use crate::schema::{cart_items, carts, coupon_redemptions, coupons, products};

/// The contract's resource.
#[derive(Serialize)]
pub struct Cart {
    currency: &'static str,
    pub lines: Vec<Line>,
    pub coupon: Option<AttachedCoupon>,
    pub subtotal: i64,
    pub discount: i64,
    pub tax: i64,
    pub shipping: i64,
    pub total: i64,
}

/// A product as it is today, in a cart.
#[derive(Serialize)]
pub struct Line {
    #[serde(flatten)]
    pub product: InCart,
    pub quantity: i32,
    line_total: i64,
    pub discount: i64,
    pub tax: i64,
    pub in_stock: bool,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = products, check_for_backend(Pg))]
pub struct InCart {
    #[serde(skip)]
    pub id: Uuid,
    pub sku: String,
    pub name: String,
    #[serde(rename = "unit_price")]
    pub price: i64,
    pub tax_rate_bp: i32,
    #[serde(rename = "available")]
    pub active: bool,
    #[serde(skip)]
    pub stock: i32,
}

#[derive(Serialize)]
pub struct AttachedCoupon {
    pub code: String,
    pub applied: bool,
    reason: Option<&'static str>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = coupons, check_for_backend(Pg))]
struct CouponRow {
    code: String,
    percent_bp: i32,
    min_subtotal: i64,
    max_redemptions: Option<i32>,
    redeemed: i32,
    starts_at: PrimitiveDateTime,
    ends_at: Option<PrimitiveDateTime>,
}

/// The coupon, whether the user has redeemed it, the moment, and a line.
type Row = (Option<CouponRow>, bool, PrimitiveDateTime, Option<InCart>, Option<i32>);

#[diesel::declare_sql_function]
extern "SQL" {
    /// A transaction may have waited for locks since its own `now()`.
    fn statement_timestamp() -> Timestamptz;
}

/// Reads the open cart, or an empty one, in one statement: its lines and its coupon are of one moment.
pub async fn read(connection: &mut AsyncPgConnection, user: Uuid) -> Result<Cart> {
    let redeemed = coupon_redemptions::table
        .filter(coupon_redemptions::coupon_id.nullable().eq(carts::coupon_id))
        .filter(coupon_redemptions::user_id.eq(carts::user_id));
    let rows: Vec<Row> = carts::table
        .left_join(coupons::table)
        .left_join(cart_items::table.inner_join(products::table))
        .filter(carts::user_id.eq(user))
        .filter(carts::status.eq("open"))
        .order(products::sku.nullable())
        .select((
            Option::<CouponRow>::as_select(),
            exists(redeemed),
            statement_timestamp(),
            Option::<InCart>::as_select(),
            cart_items::quantity.nullable(),
        ))
        .load(connection)
        .await?;
    let mut rows = rows.into_iter().peekable();
    let coupon = rows.peek_mut().and_then(|(coupon, redeemed, now, ..)| {
        let coupon = coupon.take()?;
        let reason = refusal(&coupon, *redeemed, *now);
        Some((coupon, reason))
    });
    let lines = rows.filter_map(|(.., product, quantity)| Some((product?, quantity?))).collect();
    Ok(priced(lines, coupon))
}

/// The first reason that holds (CART-6), but for the subtotal.
fn refusal(coupon: &CouponRow, redeemed: bool, now: PrimitiveDateTime) -> Option<&'static str> {
    if coupon.starts_at > now {
        Some("not_started")
    } else if coupon.ends_at.is_some_and(|end| end <= now) {
        Some("expired")
    } else if redeemed {
        Some("already_used")
    } else if coupon.max_redemptions.is_some_and(|most| coupon.redeemed >= most) {
        Some("exhausted")
    } else {
        None
    }
}

fn priced(items: Vec<(InCart, i32)>, coupon: Option<(CouponRow, Option<&'static str>)>) -> Cart {
    let to_price: Vec<pricing::Line> = items
        .iter()
        .map(|(product, quantity)| pricing::Line {
            unit_price: product.price,
            quantity: (*quantity).into(),
            tax_rate_bp: product.tax_rate_bp.into(),
            available: product.active,
        })
        .collect();
    let usable = coupon
        .as_ref()
        .filter(|(_, reason)| reason.is_none())
        .map(|(coupon, _)| pricing::Coupon { percent_bp: coupon.percent_bp.into(), min_subtotal: coupon.min_subtotal });
    let Quote { lines: priced, applied, subtotal, discount, tax, shipping, total } = quote(&to_price, usable.as_ref());
    let lines = items.into_iter().zip(priced).map(|((product, quantity), PricedLine { line_total, discount, tax })| {
        let in_stock = product.stock >= quantity;
        Line { product, quantity, line_total, discount, tax, in_stock }
    });
    let lines = lines.collect();
    let coupon = coupon.map(|(coupon, reason)| AttachedCoupon {
        code: coupon.code,
        applied,
        reason: reason.or_else(|| (!applied).then_some("min_subtotal")),
    });
    Cart { currency: "EUR", lines, coupon, subtotal, discount, tax, shipping, total }
}

/// The id of the open cart and of its coupon, locked; none if there is no open cart.
pub async fn lock_if_open(connection: &mut AsyncPgConnection, user: Uuid) -> Result<Option<(Uuid, Option<Uuid>)>> {
    let cart = carts::table
        .filter(carts::user_id.eq(user))
        .filter(carts::status.eq("open"))
        .select((carts::id, carts::coupon_id))
        .for_update()
        .first(connection)
        .await
        .optional()?;
    Ok(cart)
}

/// Locks the open cart, and makes one if there is none. A checkout may close it while this waits: then it looks again.
pub async fn lock(connection: &mut AsyncPgConnection, user: Uuid) -> Result<Uuid> {
    loop {
        if let Some((cart, _)) = lock_if_open(connection, user).await? {
            return Ok(cart);
        }
        let made = diesel::insert_into(carts::table).values(carts::user_id.eq(user)).on_conflict_do_nothing();
        match made.execute(connection).await {
            // The only foreign key of the statement is the user's.
            Err(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => return Err(UNAUTHENTICATED.into()),
            other => other?,
        };
    }
}
