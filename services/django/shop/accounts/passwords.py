"""Argon2id in the one form that all services read (AUTH-3); a hash takes 32 MiB, so there is one at a time (AUTH-4)."""

import re
from contextlib import suppress
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

HASHER = PasswordHasher(time_cost=2, memory_cost=32_768, parallelism=1, hash_len=32, salt_len=16)
# Verified for an unknown address, so that it takes as long as a known one.
DUMMY_HASH = f"$argon2id$v=19$m=32768,t=2,p=1${'A' * 22}${'A' * 43}"

# libargon2 wants the parameters in the order m, t, p.
PARAMETERS = re.compile(r"(\$argon2id\$v=19\$)((?:[mtp]=\d+,?){3})(\$.+)", re.ASCII)

_one_at_a_time = Lock()


def hash_password(password: str) -> str:
    with _one_at_a_time:
        return HASHER.hash(password)


def verify_password(phc: str | None, password: str) -> bool:
    """Tell whether a PHC string is of this password. None, and one that nobody can read, cost as much and are False."""
    with _one_at_a_time:
        try:
            return HASHER.verify(_in_order(phc or DUMMY_HASH), password) and phc is not None
        except VerifyMismatchError:
            return False
        except (VerificationError, InvalidHashError):
            with suppress(VerifyMismatchError):
                HASHER.verify(DUMMY_HASH, password)
            return False


def _in_order(phc: str) -> str:
    if found := PARAMETERS.fullmatch(phc):
        before, parameters, after = found.groups()
        return before + ",".join(sorted(parameters.split(","), key=lambda each: "mtp".find(each[:1]))) + after
    raise InvalidHashError
