use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

use crate::platform::Timestamp;
use crate::platform::validation::{COUPON_CODE, MEMBER};

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "ends_after_start", skip_on_field_errors = false))]
pub struct CreateCoupon {
    #[validate(regex(path = *COUPON_CODE))]
    pub code: String,
    #[validate(range(min = 1, max = 10_000))]
    pub percent_bp: i32,
    #[serde(default)]
    #[validate(range(min = 0, max = 9_900_000_000_i64))]
    pub min_subtotal: i64,
    #[validate(range(min = 1, max = 1_000_000))]
    pub max_redemptions: Option<i32>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
}

/// The contract's resource.
#[derive(Serialize)]
pub struct Coupon {
    pub code: String,
    pub percent_bp: i32,
    pub min_subtotal: i64,
    pub max_redemptions: Option<i32>,
    pub redeemed: i32,
    pub starts_at: Timestamp,
    pub ends_at: Option<Timestamp>,
}

/// An absent start is the database's now, and judged there.
fn ends_after_start(coupon: &CreateCoupon) -> Result<(), ValidationError> {
    match (coupon.starts_at, coupon.ends_at) {
        (Some(starts), Some(ends)) if ends <= starts => {
            let mut error = ValidationError::new("out_of_range");
            error.add_param(MEMBER.into(), &"ends_at");
            Err(error)
        }
        _ => Ok(()),
    }
}
