//! Rosetta Shop on Actix. `startup::configure` is the list of what there is.

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
