"""Argon2id (AUTH-3), off the event loop and one at a time in each process: a hash takes 32 MiB (AUTH-4)."""

import re
from contextlib import suppress

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

HASHER = PasswordHasher(time_cost=2, memory_cost=32_768, parallelism=1, hash_len=32, salt_len=16)
# Verified for an unknown address, so that it takes as long as a known one.
DUMMY_HASH = "$argon2id$v=19$m=32768,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

PARAMETERS = re.compile(r"(\$argon2id\$v=19\$)([mtp]=[0-9]+(?:,[mtp]=[0-9]+){2})(\$[!-~]+)")

_one_at_a_time = CapacityLimiter(1)


async def hash_password(password: str) -> str:
    return await run_sync(HASHER.hash, password, limiter=_one_at_a_time)


async def verify_password(phc: str | None, password: str) -> bool:
    """Tell whether a PHC string is of this password, whatever its parameters; None costs as much and is False."""
    return await run_sync(_verify, phc or DUMMY_HASH, password, limiter=_one_at_a_time) and phc is not None


def _verify(phc: str, password: str) -> bool:
    try:
        return HASHER.verify(_in_order(phc), password)
    except VerifyMismatchError:
        return False
    except (VerificationError, InvalidHashError):
        # Nobody can read it, and nobody may see that by the time.
        with suppress(VerifyMismatchError):
            HASHER.verify(DUMMY_HASH, password)
        return False


def _in_order(phc: str) -> str:
    """Return a PHC string with its parameters in the order that libargon2 wants; others write p before t."""
    match = PARAMETERS.fullmatch(phc)
    if not match:
        raise InvalidHashError
    before, parameters, after = match.groups()
    return before + ",".join(sorted(parameters.split(","), key=lambda each: "mtp".index(each[0]))) + after
