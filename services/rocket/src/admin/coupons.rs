use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncConnection, RunQueryDsl};
use rocket::State;
use rocket::http::Status;
use rocket::response::status::Custom;
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;
use validator::{Validate, ValidationError};

use crate::platform::problem::CODE_TAKEN;
use crate::platform::{Admin, COUPON_CODE, Db, FieldError, Json, Rejection, Result, moment, timestamp};
use crate::schema::coupons;

/// The document and the row. A start that is absent is the column's default, which is now.
#[derive(Deserialize, Validate, Insertable)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = window))]
#[diesel(table_name = coupons)]
pub struct NewCoupon {
    #[validate(regex(path = *COUPON_CODE))]
    code: String,
    #[validate(range(min = 1, max = 10_000))]
    percent_bp: i32,
    #[serde(default)]
    #[validate(range(min = 0, max = 9_900_000_000_i64))]
    min_subtotal: i64,
    #[validate(range(min = 1, max = 1_000_000))]
    max_redemptions: Option<i32>,
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

#[post("/admin/coupons", data = "<body>")]
pub async fn create_coupon(_admin: Admin, body: Json<NewCoupon>, db: &State<Db>) -> Result<Custom<Json<Coupon>>> {
    let mut new = body.0;
    new.code.make_ascii_uppercase();
    let insert = diesel::insert_into(coupons::table)
        .values(new)
        .on_conflict(coupons::code)
        .do_nothing()
        .returning(Coupon::as_returning());
    let made = db.get().await?.transaction(async |connection| insert.get_result(connection).await).await.optional();
    match made {
        Err(Error::DatabaseError(DatabaseErrorKind::CheckViolation, told))
            if told.constraint_name() == Some("coupons_window_ck") =>
        {
            Err(Rejection::Invalid(vec![FieldError::new("/ends_at", "out_of_range")]).into())
        }
        made => Ok(Custom(Status::Created, Json(made?.ok_or(CODE_TAKEN)?))),
    }
}
