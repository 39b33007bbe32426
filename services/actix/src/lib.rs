//! Rosetta Shop on Actix. `startup::configure` is the list of what there is.

// Copies of this folder share build/, and cargo tells them apart by nothing else: it would take one's library for another's.
const _: Option<&str> = option_env!("SHOP_FOLDER");

pub mod accounts;
pub mod admin;
pub mod bulk;
pub mod carts;
pub mod catalog;
pub mod checkout;
pub mod configuration;
pub mod events;
pub mod ops;
pub mod orders;
pub mod platform;
pub mod pricing;
pub mod startup;
pub mod telemetry;
pub mod webhooks;
