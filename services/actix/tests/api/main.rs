//! Each feature on its endpoints: the whole service by actix-web's test client, on the database of DATABASE_URL.

mod accounts;
mod admin;
mod bulk;
mod carts;
mod catalog;
mod checkout;
mod events;
mod helpers;
mod ops;
mod orders;
mod webhooks;
