import pytest
from fastapi import Request

from shop.platform.etag import check_match, is_unchanged
from shop.platform.problem import Problem


def request(name: str, *values: str) -> Request:
    return Request({"type": "http", "headers": [(name.encode(), value.encode("latin-1")) for value in values]})


@pytest.mark.parametrize("value", ["*", " * ", '"7"', 'W/"7"', '"6", "7"', '"6","7"', '"a,b" , W/"7",', ', "7"'])
def test_unchanged(value: str) -> None:
    assert is_unchanged(request("if-none-match", value), 7)


@pytest.mark.parametrize("value", ["", "7", '"6"', '"7', 'w/"7"', '"7" "8"', '*, "8"', '"\t7"', '"7",x'])
def test_changed(value: str) -> None:
    assert not is_unchanged(request("if-none-match", value), 7)


@pytest.mark.parametrize("values", [["*"], ['"7"'], ['"6", "7"'], ['"6"', '"7"']])
def test_match(values: list[str]) -> None:
    check_match(request("if-match", *values), 7)


@pytest.mark.parametrize("value", ["", "7", 'W/"7"', '"8"', '"7', '*, "7"x'])
def test_no_match(value: str) -> None:
    with pytest.raises(Problem, match="no longer"):
        check_match(request("if-match", value), 7)


def test_no_header() -> None:
    assert not is_unchanged(request("x"), 7)
    with pytest.raises(Problem, match="needs If-Match"):
        check_match(request("x"), 7)
