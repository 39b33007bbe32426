use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;
use time::PrimitiveDateTime;
use uuid::Uuid;

use crate::platform::timestamp;
use crate::schema::users;

/// The row and the contract's resource.
#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = users, check_for_backend(Pg))]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub role: String,
    #[serde(with = "timestamp")]
    pub created_at: PrimitiveDateTime,
    #[serde(skip)]
    pub password_hash: String,
}

#[derive(Insertable)]
#[diesel(table_name = users)]
pub struct NewUser<'a> {
    pub email: &'a str,
    pub password_hash: &'a str,
    pub name: &'a str,
}
