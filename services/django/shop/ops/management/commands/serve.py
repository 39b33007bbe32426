"""The command `serve`: gunicorn, as config/server.py sets it up."""

import os
import tempfile
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Serves the API, and migrates nothing."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's form

    def handle(self, *_args: Any, **_options: Any) -> None:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="shop-django-")
        # Not before: it imports prometheus_client, which reads that.
        from config.server import Server  # noqa: PLC0415

        Server(f"{settings.HOST}:{settings.PORT}").run()
