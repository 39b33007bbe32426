from unittest import mock

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client


@pytest.mark.django_db
def test_health(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_without_a_database(client: Client) -> None:
    with mock.patch("shop.ops.api.ask_database", side_effect=OperationalError("gone")):
        answer = client.get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert "gone" not in answer.text


def test_a_fault_says_nothing(client: Client) -> None:
    client.raise_request_exception = False
    with mock.patch("shop.ops.api.ask_database", side_effect=RuntimeError("secret")):
        answer = client.get("/readyz")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text


def test_metrics_and_contract(client: Client) -> None:
    client.get("/products/x")
    client.delete("/products/ABC")
    text = client.get("/metrics").text
    assert 'http_requests_total{method="GET",route="unmatched",status="404"}' in text
    assert 'http_requests_total{method="DELETE",route="/products/{sku}",status="405"}' in text
    assert client.get("/openapi.yaml").content == (settings.CONTRACT_DIR / "openapi.yaml").read_bytes()
