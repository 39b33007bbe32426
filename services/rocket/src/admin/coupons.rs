use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use rocket::http::Status;
use rocket::response::status::Custom;
use rocket::serde::json::Json as Shown;
use rocket::{State, post};
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;
use validator::{Validate, ValidationError};

use crate::platform::auth::Admin;
use crate::platform::database::Db;
use crate::platform::json::{FieldError, Json, Rejection};
use crate::platform::problem::{CODE_TAKEN, Problem};
use crate::platform::text::{coupon_code, moment, timestamp};
use crate::schema::coupons;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = window))]
pub struct NewCoupon {
    #[validate(custom(function = coupon_code))]
    code: String,
    #[validate(range(min = 1, max = 10_000))]
    percent_bp: i64,
    #[serde(default)]
    #[validate(range(min = 0, max = 9_900_000_000_i64))]
    min_subtotal: i64,
    #[validate(range(min = 1, max = 1_000_000))]
    max_redemptions: Option<i64>,
    #[serde(default, deserialize_with = "moment")]
    starts_at: Option<PrimitiveDateTime>,
    #[serde(default, deserialize_with = "moment")]
    ends_at: Option<PrimitiveDateTime>,
}

/// Without a start the database judges, by its clock.
fn window(coupon: &NewCoupon) -> Result<(), ValidationError> {
    match (coupon.starts_at, coupon.ends_at) {
        (Some(start), Some(end)) if end <= start => {
            Err(ValidationError::new("out_of_range").with_message("/ends_at".into()))
        }
        _ => Ok(()),
    }
}

/// The contract's resource.
#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = coupons, check_for_backend(Pg))]
pub struct Coupon {
    code: String,
    percent_bp: i32,
    min_subtotal: i64,
    max_redemptions: Option<i32>,
    redeemed: i32,
    #[serde(with = "timestamp")]
    starts_at: PrimitiveDateTime,
    #[serde(with = "timestamp::option")]
    ends_at: Option<PrimitiveDateTime>,
}

/// A start that is absent is the column's default, which is now.
#[derive(Insertable)]
#[diesel(table_name = coupons)]
struct NewRow {
    code: String,
    percent_bp: i32,
    min_subtotal: i64,
    max_redemptions: Option<i32>,
    starts_at: Option<PrimitiveDateTime>,
    ends_at: Option<PrimitiveDateTime>,
}

#[post("/admin/coupons", data = "<body>")]
pub async fn create_coupon(
    _admin: Admin,
    body: Json<NewCoupon>,
    db: &State<Db>,
) -> Result<Custom<Shown<Coupon>>, Problem> {
    let new = body.0;
    let row = NewRow {
        code: new.code.to_ascii_uppercase(),
        percent_bp: new.percent_bp.try_into().unwrap_or_default(),
        min_subtotal: new.min_subtotal,
        max_redemptions: new.max_redemptions.and_then(|most| most.try_into().ok()),
        starts_at: new.starts_at,
        ends_at: new.ends_at,
    };
    let made = diesel::insert_into(coupons::table)
        .values(row)
        .on_conflict(coupons::code)
        .do_nothing()
        .returning(Coupon::as_returning())
        .get_result(&mut db.get().await?)
        .await
        .optional();
    match made {
        Err(Error::DatabaseError(DatabaseErrorKind::CheckViolation, told))
            if told.constraint_name() == Some("coupons_window_ck") =>
        {
            Err(Rejection::Invalid(vec![FieldError::new("/ends_at", "out_of_range")]).into())
        }
        made => Ok(Custom(Status::Created, Shown(made?.ok_or(CODE_TAKEN)?))),
    }
}
