"""The back office's pages, if they are wanted."""

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS


class BackOfficeConfig(AppConfig):
    name = "shop.admin"
    label = "backoffice"  # django.contrib.admin has the other name

    def ready(self) -> None:
        """Give each model a content type that is in no table: the change form of the admin site asks for its number."""
        # Neither can be imported before models are there; the second one registers the pages.
        from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415

        from shop.admin import admin  # noqa: F401, PLC0415

        for number, model in enumerate(apps.get_models(), 1):
            kind = ContentType(id=number, app_label=model._meta.app_label, model=model._meta.model_name)
            ContentType.objects._add_to_cache(DEFAULT_DB_ALIAS, kind)  # type: ignore[attr-defined]
