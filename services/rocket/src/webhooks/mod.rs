//! What the payment provider calls.

mod routes;
pub mod signature;

use rocket::fairing::AdHoc;

use signature::Secret;

pub fn stage(key: &[u8]) -> AdHoc {
    let secret = Secret::new(key);
    AdHoc::on_ignite("webhooks", |rocket| async { rocket.manage(secret).mount("/", routes![routes::payment_webhook]) })
}
