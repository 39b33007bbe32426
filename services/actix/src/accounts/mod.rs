//! Users: addresses, passwords, sessions, and the first administrator.

mod handlers;
pub mod passwords;

use actix_web::web::{self, ServiceConfig};
use anyhow::bail;
use sqlx::PgPool;
use validator::Validate;

use handlers::Registration;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/auth/register").post(handlers::register))
        .service(web::resource("/auth/login").post(handlers::login))
        .service(web::resource("/auth/refresh").post(handlers::refresh_token))
        .service(web::resource("/auth/logout").post(handlers::logout))
        .service(web::resource("/me").get(handlers::get_me).head(handlers::get_me));
}

/// Makes the first administrator. Whoever has the address already stays as they are.
pub async fn ensure_admin(pool: &PgPool, email: String, password: String) -> anyhow::Result<()> {
    let admin = Registration { email, password, name: "Administrator".to_owned() };
    if admin.validate().is_err() {
        bail!("ADMIN_EMAIL must be an e-mail address, and ADMIN_PASSWORD have 8 to 128 characters");
    }
    sqlx::query!(
        "INSERT INTO users (email, password_hash, name, role) VALUES ($1, $2, $3, 'admin') ON CONFLICT (email) DO NOTHING",
        admin.email.to_ascii_lowercase(),
        passwords::hash(&admin.password)?,
        admin.name,
    )
    .execute(pool)
    .await?;
    Ok(())
}
