"""Routes as the contract wants them: HEAD beside GET, a limit of time, and one 404 for malformed and unknown paths."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute

from shop.platform.problem import Problem

WORK_SECONDS = 10


class Route(APIRoute):
    """A route that answers HEAD wherever it answers GET, and within ten seconds; bodies and streams have more time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.methods and "GET" in self.methods:
            self.methods.add("HEAD")

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler, which makes the response but does not send it, with the limit around it."""
        handle = super().get_route_handler()

        async def handle_in_time(request: Request) -> Response:
            async with asyncio.timeout(WORK_SECONDS) as limit:
                request.state.limit = limit
                return await handle(request)

        return handle_in_time


def router(feature: str, prefix: str = "", dependencies: Any = None) -> APIRouter:
    """Return the router of a feature; its dependencies run before those of its handlers."""
    return APIRouter(prefix=prefix, tags=[feature], dependencies=dependencies, route_class=Route)


SKU = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
UUID_TEXT = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")


async def known_sku(sku: str) -> str:
    """Answer a sku that cannot exist like one that does not."""
    if not SKU.fullmatch(sku):
        raise Problem("not_found")
    return sku


async def known_id(id: str) -> UUID:  # noqa: A002 - the name of the path's parameter
    """Answer an id that is none like an unknown one; uuid.UUID would take braces, capitals and missing hyphens too."""
    if not UUID_TEXT.fullmatch(id):
        raise Problem("not_found")
    return UUID(id)


# A handler names these after its body: the resource is judged after the request (HTTP-1).
PathSku = Annotated[str, Depends(known_sku)]
PathId = Annotated[UUID, Depends(known_id)]
