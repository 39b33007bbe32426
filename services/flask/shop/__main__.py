"""The two commands: python -m shop migrate, python -m shop serve."""

import os
import tempfile

import click

from shop.platform.config import MigrateConfig, ServeConfig, read_environment


@click.group()
def cli() -> None:
    """Rosetta Shop on Flask."""
    # DATABASE_URL says it all (OPS-1): libpq would take what it lacks from variables of its own.
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]


@cli.command()
def migrate() -> None:
    """Bring the database to the contract's schema and make the first administrator."""
    config = read_environment(MigrateConfig())
    from shop.platform.migrate import upgrade  # noqa: PLC0415 - only this command needs Alembic

    upgrade(config)


@cli.command()
def serve() -> None:
    """Serve until SIGTERM."""
    config = read_environment(ServeConfig())
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="shop-metrics-")  # the workers add up theirs here
    from shop.platform.server import Server  # noqa: PLC0415 - a bad variable is told before all that is imported

    Server(config).run()


if __name__ == "__main__":
    cli(prog_name="python -m shop")
