"""Requests: Flask's class made strict, webargs' parser for what they carry, converters for their paths."""

import re
from collections.abc import Callable
from typing import Any, NoReturn, cast
from urllib.parse import unquote_to_bytes

import flask
from flask import Flask
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import ClientDisconnected
from werkzeug.routing import BaseConverter

from shop.platform.problems import (
    BodyTooLarge,
    InvalidQuery,
    MalformedJson,
    NotFound,
    UnsupportedMediaType,
    ValidationFailed,
)
from shop.platform.schemas import SKU, UUID, field_errors

MAX_BYTES = 65_536

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"

NO_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
# What werkzeug does not see when it matches a route: slashes before the first, and that one was escaped.
HIDDEN = re.compile(r"\A//|%2f", re.IGNORECASE)


class Request(flask.Request):
    def get_data(self, *args: Any, **kwargs: Any) -> Any:
        """Read the whole body; one that breaks off is none (HTTP-14), which gunicorn does not tell."""
        data = super().get_data(*args, **kwargs)
        if len(data) > MAX_BYTES:
            raise BodyTooLarge
        if self.content_length is not None and len(data) < self.content_length:
            raise ClientDisconnected
        return data

    def require_type(self, mimetype: str) -> None:
        """Raise unsupported_media_type unless the body is said to be of this type, and not encoded (HTTP-5)."""
        coding = self.headers.get("Content-Encoding", "identity").strip().lower()
        if self.mimetype != mimetype or coding != "identity":
            raise UnsupportedMediaType(headers={"Accept-Patch": MERGE_PATCH} if mimetype == MERGE_PATCH else {})

    def on_json_loading_failure(self, e: ValueError | None) -> NoReturn:
        raise MalformedJson from e


class Parser(FlaskParser):
    """webargs, by Flask's own reader of JSON, with problems for errors."""

    def load_json(self, req: flask.Request, schema: Schema) -> Any:
        return _load_json(req, JSON)

    def load_querystring(self, req: flask.Request, schema: Schema) -> dict[str, str]:
        """Read a query as the contract wants it (QUERY-1, QUERY-3): `request.args` takes any bytes, and the first."""
        values: dict[str, str] = {}
        for pair in filter(None, req.query_string.split(b"&")):
            name, equals, value = (unquote_to_bytes(part.replace(b"+", b" ")) for part in pair.partition(b"="))
            known = name.decode(errors="replace")
            try:
                text = value.decode()
            except UnicodeDecodeError:
                raise InvalidQuery.of(known, "format") from None
            if known not in schema.fields:
                raise InvalidQuery.of(known, "unknown")
            if known in values:
                raise InvalidQuery.of(known, "duplicate")
            if not equals or NO_ESCAPE.search(pair) or "\0" in text:
                raise InvalidQuery.of(known, "format")
            values[known] = text
        return values

    def handle_error(self, error: ValidationError, *_args: Any, **_kwargs: Any) -> NoReturn:
        [(location, messages)] = cast("dict[str, Any]", error.messages).items()
        if location == "query":
            raise InvalidQuery(errors=[{"parameter": name, "code": codes[0]} for name, codes in messages.items()])
        raise ValidationFailed(errors=field_errors(messages))


def _load_json(req: flask.Request, mimetype: str) -> Any:
    cast("Request", req).require_type(mimetype)
    return req.get_json(force=True)


parser = Parser(unknown=None)  # the schemas say it, and are closed


@parser.location_loader("merge_patch")
def load_merge_patch(request: flask.Request, _schema: Schema) -> Any:
    return _load_json(request, MERGE_PATCH)


def use_args(schema: Schema, *, location: str = "json") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a view what `schema` loads, as its first argument."""
    return parser.use_args(schema, location=location)


class SkuConverter(BaseConverter):
    """A well-formed sku; any other path is not found (HTTP-2)."""

    regex = SKU


class IdConverter(BaseConverter):
    """A UUID in its one form: werkzeug's own converter takes capitals, too."""

    regex = UUID


def refuse_hidden() -> None:
    if HIDDEN.search(flask.request.environ.get("RAW_URI", "").partition("?")[0]):
        raise NotFound


def keep_nothing(response: flask.Response) -> flask.Response:
    """Let nobody keep an answer of which its blueprint has said nothing (HTTP-7)."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def init_app(app: Flask) -> None:
    app.url_map.merge_slashes = False
    app.url_map.converters.update(sku=SkuConverter, id=IdConverter)
    app.before_request(refuse_hidden)
    app.after_request(keep_nothing)
