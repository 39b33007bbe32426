"""Argon2id (AUTH-3), off the event loop and one at a time in each process: a hash takes 32 MiB (AUTH-4)."""

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=32_768, parallelism=1, hash_len=32, salt_len=16)
# Verified for an unknown address, so that it takes as long as a known one.
DUMMY_HASH = "$argon2id$v=19$m=32768,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

_one_at_a_time = CapacityLimiter(1)


async def hash_password(password: str) -> str:
    """Return the PHC string of a new password."""
    return await run_sync(HASHER.hash, password, limiter=_one_at_a_time)


async def verify_password(phc: str | None, password: str) -> bool:
    """Tell whether a PHC string is of this password, whatever its parameters; None costs as much and is False."""
    return await run_sync(_verify, phc or DUMMY_HASH, password, limiter=_one_at_a_time) and phc is not None


def _verify(phc: str, password: str) -> bool:
    try:
        return HASHER.verify(phc, password)
    except (VerificationError, InvalidHashError):
        return False
