"""Which tables Django may make."""

from typing import Any

from django.conf import settings


class ContractRouter:
    """The contract's and no others (DB-1): Django's own apps, which the admin site needs, get no tables."""

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        return db == "default" and f"shop.{app_label}" in settings.INSTALLED_APPS
