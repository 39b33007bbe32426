//! Argon2id (AUTH-3), on threads of its own and two at once: each hash takes 32 MiB and a core.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use tracing::error;

use crate::platform::Result;
use crate::platform::problem::INTERNAL_ERROR;

const AT_ONCE: usize = 2;

/// The hash of nothing that anybody knows: an unknown address costs a verification too.
const NOBODY: &str =
    "$argon2id$v=19$m=32768,t=2,p=1$TyTmJNmB8T8gGa0OGGUFdQ$xX0yWqnoHpR5yU1zCZoaUiHRYNw5Pf0CELi8qVLSb4A";

pub struct Passwords {
    slots: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { slots: Semaphore::new(AT_ONCE) }
    }
}

impl Passwords {
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || argon2()?.hash_password(password.as_bytes()).map(|hash| hash.to_string())).await?.map_err(
            |error| {
                error!(%error, "a password could not be hashed");
                INTERNAL_ERROR.into()
            },
        )
    }

    /// Whether the password is that of the hash. Without one, or with one that cannot be read, it is not, at the same cost.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        self.run(move || {
            let verify = |text: &str| {
                let hash = PasswordHash::new(text).ok().filter(is_whole).ok_or(Error::Internal)?;
                Argon2::default().verify_password(password.as_bytes(), &hash)
            };
            match stored.as_deref().map_or(Err(Error::Internal), verify) {
                Err(Error::PasswordInvalid) => false,
                Err(_) => {
                    let _ = verify(NOBODY);
                    false
                }
                Ok(()) => true,
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _slot = self.slots.acquire().await;
        tokio::task::spawn_blocking(work).await.map_err(|_| INTERNAL_ERROR.into())
    }
}

/// The library fills in parameters that are not there, and takes no time over a hash that is not there.
fn is_whole(hash: &PasswordHash) -> bool {
    let parameters = ["m", "t", "p"].iter().all(|name| hash.params.get(*name).is_some());
    hash.algorithm.as_str() == "argon2id" && parameters && hash.salt.is_some() && hash.hash.is_some()
}

fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(32_768, 2, 1, Some(32))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}
