"""Paths: the API at the root, and the pages of the admin site if they are wanted."""

from django.conf import settings
from django.urls import include, path, register_converter

from shop.api import api
from shop.http.converters import SkuConverter

register_converter(SkuConverter, "sku")

urlpatterns = [path("", api.urls)]
if settings.SHOP_ADMIN_SITE:
    urlpatterns.append(path("live/", include("shop.admin.urls")))

handler400 = handler404 = "shop.api.page_not_found"
handler500 = "shop.api.server_error"
