from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import MethodNotAllowed

from shop.platform.database import is_unavailable
from shop.platform.problems import Problem, ServiceUnavailable
from tests.vectors import CONTRACT


def below(kind: type[Problem]) -> Iterator[type[Problem]]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


def test_the_catalogue_is_the_contract_s() -> None:
    catalogue = yaml.safe_load((CONTRACT / "problems.yaml").read_text(encoding="utf-8"))
    assert {each.slug(): (each.code, each.title) for each in below(Problem)} == {
        code: (problem["status"], problem["title"]) for code, problem in catalogue.items()
    }
    assert all(each.description for each in below(Problem))


def test_what_the_framework_raises(app: Flask) -> None:
    with app.test_request_context():
        response = app.make_response(app.handle_user_exception(MethodNotAllowed(["GET"])))
    assert (response.status_code, response.mimetype) == (405, "application/problem+json")
    assert response.headers["Allow"] == "GET"


class ServerError(Exception):
    sqlstate: Any = None


@pytest.mark.parametrize(("state", "passing"), [("40P01", True), ("08006", True), ("57P01", True), ("23505", False)])
def test_which_errors_pass(state: str, *, passing: bool) -> None:
    error = ServerError()
    error.sqlstate = state
    assert is_unavailable(OperationalError("SELECT", {}, error)) is passing


def test_unavailable_says_when_to_come_back() -> None:
    assert ("Retry-After", "1") in ServiceUnavailable().get_headers()
