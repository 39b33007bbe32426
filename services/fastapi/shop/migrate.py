"""The command `migrate`: the schema, and the first administrator."""

import asyncio
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from pydantic import ValidationError
from sqlalchemy.dialects.postgresql import insert

from shop.accounts.passwords import hash_password
from shop.accounts.schemas import Register
from shop.models import User
from shop.platform.config import MigrateSettings
from shop.platform.database import Database

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def migrate(settings: MigrateSettings) -> None:
    """Bring the database to the contract's schema and make the first administrator; may be repeated."""
    password = settings.admin_password.get_secret_value()
    try:
        admin = Register(email=settings.admin_email, password=password, name="Administrator")
    except ValidationError as error:
        sys.exit("\n".join(f"ADMIN_{str(each['loc'][0]).upper()} is not valid" for each in error.errors()))
    command.upgrade(Config(toml_file=str(PYPROJECT)), "head")
    asyncio.run(_make_admin(settings.database_url, admin))


async def _make_admin(url: str, admin: Register) -> None:
    values = {
        "email": admin.email,
        "password_hash": await hash_password(admin.password),
        "name": admin.name,
        "role": "admin",
    }
    database = Database(url, pool_size=1)
    async with database.transaction() as session:
        await session.execute(insert(User).values(values).on_conflict_do_nothing(index_elements=["email"]))
    await database.close()
