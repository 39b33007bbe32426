"""Which tables Django may make."""

from typing import Any

from django.apps import apps


class ContractRouter:
    """The contract's and no others (DB-1): Django's own apps, which the admin site needs, get no tables."""

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        return db == "default" and apps.get_app_config(app_label).name.startswith("shop.")
