"""Django's admin site on the shop's own models, with the API's rules: nothing is deleted, orders move by Order.move."""

import logging
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from pydantic import ValidationError

from shop.accounts.models import User
from shop.carts.models import Coupon
from shop.catalog.attributes import check_attributes
from shop.catalog.models import Product
from shop.http.auth import Caller
from shop.http.problems import InvalidTransition
from shop.orders.models import Order, OrderItem, Status

if TYPE_CHECKING:  # these are generic for the type checker alone
    ModelAdmin = admin.ModelAdmin[Model]
    TabularInline = admin.TabularInline[OrderItem, Order]
    ModelForm = forms.ModelForm[Model]
else:
    ModelAdmin, TabularInline, ModelForm = admin.ModelAdmin, admin.TabularInline, forms.ModelForm

logger = logging.getLogger(__name__)

admin.site.site_header = admin.site.site_title = "Rosetta Shop"


class ShopAdmin(ModelAdmin):
    """What is changed stands in the log: the contract has no table for Django's own."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        logger.info("%s added %s %s", request.user, obj._meta.verbose_name, obj)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        logger.info("%s changed %s %s", request.user, obj._meta.verbose_name, obj)


class ReadOnlyAdmin(ShopAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ProductForm(ModelForm):
    def clean_attributes(self) -> dict[str, Any]:
        attributes = self.cleaned_data["attributes"] or {}
        try:
            return check_attributes(attributes)
        except ValidationError as error:
            raise forms.ValidationError([f"{each['loc']}: {each['type']}" for each in error.errors()]) from None


@admin.register(Product)
class ProductAdmin(ShopAdmin):
    form = ProductForm
    list_display = ("sku", "name", "category", "price", "stock", "active")
    list_filter = ("active",)
    search_fields = ("sku", "name")
    ordering = ("sku",)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        # A sku never changes, and the stock only by what is added to it, beside what customers take.
        return ("sku", "stock", "version", "created_at", "updated_at") if obj else ()

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Write what was changed and nothing else: the rest may have changed since the form was shown."""
        obj.save(update_fields=form.changed_data if change else None)


@admin.register(Coupon)
class CouponAdmin(ShopAdmin):
    list_display = ("code", "percent_bp", "min_subtotal", "redeemed", "max_redemptions", "starts_at", "ends_at")
    search_fields = ("code",)
    ordering = ("code",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class LineInline(TabularInline):
    model = OrderItem
    fields = ("position", "sku", "name", "unit_price", "quantity", "discount", "tax")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ("id", "user", "status", "payment_status", "total", "created_at")
    list_filter = ("status", "payment_status")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("-created_at", "-id")
    inlines = (LineInline,)
    actions = ("ship", "deliver", "cancel")

    @admin.action(description="Ship")
    def ship(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._move(request, orders, Status.SHIPPED)

    @admin.action(description="Deliver")
    def deliver(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._move(request, orders, Status.DELIVERED)

    @admin.action(description="Cancel and restock")
    def cancel(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        self._move(request, orders, Status.CANCELLED)

    def _move(self, request: HttpRequest, orders: QuerySet[Order], to: Status) -> None:
        staff = request.user
        assert isinstance(staff, User)
        for id in orders.values_list("pk", flat=True):
            try:
                with transaction.atomic():  # one for each, so that no order waits for another's locks
                    order = Order.objects.lock().get(pk=id)
                    order.move(to, Caller(staff.pk, staff.role))
            except InvalidTransition:
                messages.error(request, f"{id} cannot be {to}.")
            else:
                logger.info("%s brought order %s to %s", staff, id, to)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = fields = ("email", "name", "role", "created_at")
    list_filter = ("role",)
    search_fields = ("email", "name")
    ordering = ("email",)
