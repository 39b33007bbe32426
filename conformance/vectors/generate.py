"""Writes contract/vectors/*.json, the data that the suite and every service's unit tests read alike.

Run `python conformance/vectors/generate.py` after a change here, and commit what it writes. With `--check` it writes
nothing, names each file that is not current, and exits 1 if there is one.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import accounts
import cursors
import json_bodies
import page_links
import prices
import tokens
import webhooks

VECTORS = Path(__file__).resolve().parents[2] / "contract" / "vectors"
LINE_LENGTH = 120
DOCUMENTS = {
    "cursors.json": cursors.document,
    "emails.json": accounts.emails,
    "json_bodies.json": json_bodies.document,
    "page_links.json": page_links.document,
    "password_hashes.json": accounts.password_hashes,
    "prices.json": prices.document,
    "tokens.json": tokens.document,
    "webhook_signatures.json": webhooks.document,
}


def pretty(value: Any, indent: str = "") -> str:
    """Returns `value` as ASCII JSON in which whatever fits into a line stands on one line, so that diffs stay small."""
    line = json.dumps(value)
    if not isinstance(value, dict | list) or len(indent) + len(line) < LINE_LENGTH:
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        members = [f"{deeper}{json.dumps(name)}: {pretty(member, deeper)}" for name, member in value.items()]
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    return "[\n" + ",\n".join(deeper + pretty(item, deeper) for item in value) + f"\n{indent}]"


def main() -> int:
    """Returns the exit status: 1 if `--check` was given and a file is not current, else 0."""
    parser = argparse.ArgumentParser(description="Writes contract/vectors/*.json.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is not current")
    check = parser.parse_args().check
    stale = [path.name for path in VECTORS.glob("*.json") if path.name not in DOCUMENTS]
    for name, document in DOCUMENTS.items():
        content = (pretty(document()) + "\n").encode("ascii")
        path = VECTORS / name
        if not check:
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            stale.append(name)
    for name in sorted(stale):
        print(f"contract/vectors/{name} is not what conformance/vectors/generate.py writes", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
