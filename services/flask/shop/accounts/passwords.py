"""Argon2id (AUTH-3), one at a time in each process: a hash takes 32 MiB (AUTH-4).

argon2-cffi lets other threads run meanwhile.
"""

import re
from contextlib import suppress
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

HASHER = PasswordHasher(time_cost=2, memory_cost=32_768, parallelism=1, hash_len=32, salt_len=16)
# Verified for an unknown address, so that it takes as long as a known one.
DUMMY_HASH = "$argon2id$v=19$m=32768,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

PHC = re.compile(
    r"(\$argon2id\$v=19\$)(?=[^$]*m=)(?=[^$]*t=)(?=[^$]*p=)([mtp]=\d+,[mtp]=\d+,[mtp]=\d+)(\$[!-~]+)",
    re.ASCII,
)

_one_at_a_time = Lock()


def hash_password(password: str) -> str:
    with _one_at_a_time:
        return HASHER.hash(password)


def verify_password(phc: str | None, password: str) -> bool:
    """Tell whether a PHC string is of this password, whatever its parameters; None costs as much and is False."""
    with _one_at_a_time:
        try:
            return HASHER.verify(_in_order(phc or DUMMY_HASH), password) and phc is not None
        except VerifyMismatchError:
            return False
        except (VerificationError, InvalidHashError):
            # Nobody can read it, and nobody may see that by the time.
            with suppress(VerifyMismatchError):
                HASHER.verify(DUMMY_HASH, password)
            return False


def _in_order(phc: str) -> str:
    """Return a PHC string with its parameters as libargon2 wants them, m, t and p; others write p before t."""
    found = PHC.fullmatch(phc)
    if not found:
        raise InvalidHashError
    before, parameters, after = found.groups()
    return before + ",".join(sorted(parameters.split(","), key=lambda each: "mtp".index(each[0]))) + after
