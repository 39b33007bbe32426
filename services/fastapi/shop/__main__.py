"""The two commands: python -m shop migrate, python -m shop serve."""

import os
import sys

from shop.platform.config import MigrateSettings, ServeSettings, load


def main(arguments: list[str]) -> None:
    # DATABASE_URL says it all (OPS-1): asyncpg would take what it lacks from libpq's variables, such as PGSSLMODE.
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]
    # What a command needs is imported when it runs: `serve` begins with a process that imports no framework.
    match arguments:
        case ["migrate"]:
            settings = load(MigrateSettings)
            from shop.migrate import migrate  # noqa: PLC0415

            migrate(settings)
        case ["serve"]:
            serving = load(ServeSettings)
            from shop.platform.server import serve  # noqa: PLC0415

            serve(serving)
        case _:
            sys.exit("usage: python -m shop migrate|serve")


if __name__ == "__main__":
    main(sys.argv[1:])
