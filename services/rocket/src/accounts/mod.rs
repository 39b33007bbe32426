//! Users: addresses, passwords, sessions, and the first administrator.

mod model;
mod passwords;
mod routes;
mod sessions;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use rocket::fairing::AdHoc;

use crate::platform::{Db, Result, pattern};
use crate::schema::users;
use passwords::Passwords;

pub fn stage() -> AdHoc {
    AdHoc::on_ignite("accounts", |rocket| async {
        rocket
            .manage(Passwords::default())
            .mount("/", routes![routes::register, routes::login, routes::refresh_token, routes::logout, routes::get_me])
    })
}

pattern!(pub EMAIL, r"\A[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}\z");

pub fn is_email(text: &str) -> bool {
    text.len() <= 254 && EMAIL.is_match(text)
}

/// Makes the first administrator, unless there is a user of that address.
pub async fn ensure_admin(db: &Db, email: &str, password: String) -> Result<()> {
    let hash = Passwords::default().hash(password).await?;
    diesel::insert_into(users::table)
        .values((model::NewUser { email, password_hash: &hash, name: "Administrator" }, users::role.eq("admin")))
        .on_conflict(users::email)
        .do_nothing()
        .execute(&mut db.get().await?)
        .await?;
    Ok(())
}
