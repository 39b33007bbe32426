//! Argon2id, on threads of its own: a hash takes 32 MiB and 70 milliseconds of a processor.

use actix_web::web;
use anyhow::{Context, anyhow};
use argon2::password_hash::Error;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use crate::platform;

const HASHES_AT_ONCE: usize = 2;
/// Of hashes that others made; dearer ones count as unreadable.
const MOST_MEMORY: u32 = 128 << 10;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 16;

/// What an unknown address is verified against, so that it costs what a known one does.
const DUMMY: &str = "$argon2id$v=19$m=32768,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

pub struct Passwords {
    slots: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { slots: Semaphore::new(HASHES_AT_ONCE) }
    }
}

impl Passwords {
    pub async fn hash(&self, password: String) -> platform::Result<String> {
        self.run(move || hash(&password)).await
    }

    /// `None` is the hash of nobody.
    pub async fn verify(&self, hash: Option<String>, password: String) -> platform::Result<bool> {
        self.run(move || Ok(verify(hash.as_deref().unwrap_or(DUMMY), &password))).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> platform::Result<T> {
        let _slot = self.slots.acquire().await.context("the semaphore is never closed")?;
        Ok(web::block(work).await.context("hashing")??)
    }
}

pub fn hash(password: &str) -> anyhow::Result<String> {
    let params = Params::new(32_768, 2, 1, Some(32)).map_err(|error| anyhow!("{error}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password(password.as_bytes()).map_err(|error| anyhow!("{error}"))?;
    Ok(hash.to_string())
}

/// With the parameters in the hash. One that cannot be read is no password's, at the usual cost.
pub fn verify(hash: &str, password: &str) -> bool {
    match try_verify(hash, password) {
        Ok(()) => true,
        Err(Error::PasswordInvalid) => false,
        Err(_) => {
            let _ = try_verify(DUMMY, password);
            false
        }
    }
}

fn try_verify(hash: &str, password: &str) -> Result<(), Error> {
    let hash = PasswordHash::new(hash).map_err(|_| Error::EncodingInvalid)?;
    // The library has a value of its own for a parameter that is missing, and calls a missing tag a wrong password.
    let whole = hash.hash.is_some() && ["m", "t", "p"].into_iter().all(|name| hash.params.get(name).is_some());
    let params = Params::try_from(&hash)?;
    let cheap = params.m_cost() <= MOST_MEMORY && params.t_cost() <= MOST_PASSES && params.p_cost() <= MOST_LANES;
    if hash.algorithm.as_str() != "argon2id" || !whole || !cheap {
        return Err(Error::ParamsInvalid);
    }
    Argon2::default().verify_password(password.as_bytes(), &hash)
}
