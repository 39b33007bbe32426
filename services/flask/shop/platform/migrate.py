"""The command `migrate`: the schema, and the first administrator."""

import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from marshmallow import ValidationError
from sqlalchemy.dialects.postgresql import insert

from shop.accounts.models import User
from shop.accounts.passwords import hash_password
from shop.accounts.schemas import RegisterSchema
from shop.platform.database import CONNECT_ARGS

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def upgrade(config: dict[str, Any]) -> None:
    """Bring the database to the contract's schema and make the first administrator; may be repeated."""
    given = {"email": config["ADMIN_EMAIL"], "password": config["ADMIN_PASSWORD"], "name": "Administrator"}
    try:
        admin = RegisterSchema().load(given)
    except ValidationError as error:
        sys.exit("\n".join(f"ADMIN_{name.upper()} is not valid" for name in error.messages_dict))
    engine = sa.create_engine(config["DATABASE_URL"], connect_args=CONNECT_ARGS, hide_parameters=True)
    with engine.begin() as connection:
        alembic = Config(toml_file=PYPROJECT)
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")
        make_admin(connection, **admin)
    engine.dispose()


def make_admin(connection: sa.Connection, email: str, password: str, name: str) -> None:
    """Make the administrator, unless there is a user with that address, who is left alone."""
    if connection.scalar(sa.select(User.id).where(User.email == email)) is None:
        values = {"email": email, "password_hash": hash_password(password), "name": name, "role": "admin"}
        connection.execute(insert(User).values(values).on_conflict_do_nothing(index_elements=["email"]))
