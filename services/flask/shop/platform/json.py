"""JSON as the contract wants it: strict to read, short to write."""

from typing import Any

import jiter
from flask.json.provider import DefaultJSONProvider


class StrictJSONProvider(DefaultJSONProvider):
    """Flask's provider with another reader: Python's own takes the last of two equal names, NaN, and any depth."""

    sort_keys = False
    ensure_ascii = False
    compact = True
    mimetype = "application/json"

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """Read a document (JSON-1 to JSON-5). Errors are ValueErrors, which Flask makes a 400 of."""
        data = s.encode() if isinstance(s, str) else s
        return jiter.from_json(data, allow_inf_nan=False, catch_duplicate_keys=True)
