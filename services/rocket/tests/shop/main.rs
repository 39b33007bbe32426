//! The endpoints, each feature in a file, by `rocket::local` on the empty database of DATABASE_URL; and what the contract's
//! vectors and catalogues say, which needs no database.

mod accounts;
mod admin;
mod bulk;
mod carts;
mod catalog;
mod checkout;
mod contract;
mod events;
mod kit;
mod ops;
mod orders;
mod schema;
mod webhooks;
