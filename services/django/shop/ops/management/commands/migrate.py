"""The command `migrate`: Django's own, and then the first administrator (OPS-2)."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from environs import Env, EnvError
from pydantic import ValidationError

from config.environment import parse_database_url
from shop.accounts.models import Role, User
from shop.accounts.schemas import Register
from shop.accounts.services import create_user


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        strict = Env()
        strict.add_parser("database", parse_database_url)
        try:
            strict.database("DATABASE_URL")
            admin = Register(email=settings.ADMIN_EMAIL, password=settings.ADMIN_PASSWORD, name="Administrator")
        except ValidationError as error:
            names = ", ".join(f"ADMIN_{str(each['loc'][0]).upper()}" for each in error.errors())
            raise CommandError(f"Missing or not valid: {names}") from None
        except EnvError as error:
            raise CommandError(str(error)) from None
        super().handle(*args, **options)
        if not User.objects.filter(email=admin.email).exists():
            create_user(email=admin.email, password=admin.password, name=admin.name, role=Role.ADMIN)
