"""Orders of customers, and how they move on."""

from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from ninja import Router
from ninja.decorators import decorate_view

from shop.http import cursors
from shop.http.auth import CallerRequest, administrator, customer
from shop.http.etag import check_match, etag, is_unchanged
from shop.http.pagination import Page, Sort, add_link, cut
from shop.http.query import StrictQuery
from shop.orders.models import Order, Status
from shop.orders.schemas import OrderList, OrderOut, OrderQuery, Transition

router = Router(auth=customer)
READ = ["GET", "HEAD"]
private = decorate_view(cache_control(private=True, no_cache=True))

NEWEST: Sort[Order] = Sort(
    F("created_at"), lambda order: cursors.time_key(order.created_at), cursors.parse_time_key, descending=True
)


@router.api_operation(READ, "/orders", response=OrderList)
@private
def list_orders(
    request: CallerRequest, response: HttpResponse, query: Annotated[OrderQuery, StrictQuery(...)]
) -> Page[Order]:
    """List the caller's orders, or all for an administrator, newest first."""
    orders = Order.objects.visible_to(request.auth).prefetch_related("lines")
    if query.status:
        orders = orders.filter(status=query.status)
    page = cut(orders, query, NEWEST, cursors.scope("orders", "newest", [query.status or ""]))
    add_link(request, response, query, page.next_cursor)
    return page


@router.api_operation(READ, "/orders/{uuid:id}", response=OrderOut)
@private
def get_order(request: CallerRequest, response: HttpResponse, id: UUID) -> Order | HttpResponse:
    order = get_object_or_404(Order.objects.visible_to(request.auth), pk=id)
    if is_unchanged(request, order.version):
        return HttpResponseNotModified(headers={"ETag": etag(order.version)})
    response["ETag"] = etag(order.version)
    return order


@router.post("/orders/{uuid:id}/cancel", response=OrderOut)
@private
@transaction.atomic
def cancel_order(request: CallerRequest, response: HttpResponse, id: UUID) -> Order:
    order = get_object_or_404(Order.objects.visible_to(request.auth).lock(), pk=id)
    order.move(Status.CANCELLED, request.auth)
    response["ETag"] = etag(order.version)
    return order


@router.post("/admin/orders/{uuid:id}/transition", auth=administrator, response=OrderOut)
@private
@transaction.atomic
def transition_order(request: CallerRequest, response: HttpResponse, id: UUID, body: Transition) -> Order:
    order = get_object_or_404(Order.objects.lock(), pk=id)
    check_match(request, order.version)
    order.move(body.to, request.auth)
    response["ETag"] = etag(order.version)
    response["Content-Location"] = f"/orders/{order.pk}"
    return order
