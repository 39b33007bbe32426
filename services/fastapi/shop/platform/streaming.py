"""Answers that are sent piece by piece."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from fastapi.responses import StreamingResponse
from starlette.types import Send


class Stream(StreamingResponse):
    """A StreamingResponse that closes its generator whatever happens.

    Starlette leaves it to the garbage collector when a client goes away, and with it the connection to the database
    that it may hold.

    Args:
        seconds: how long it may take to send everything.
    """

    def __init__(
        self,
        pieces: AsyncGenerator[bytes, None],
        media_type: str,
        *,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> None:
        super().__init__(pieces, media_type=media_type, headers=headers)
        self._pieces = pieces
        self._seconds = seconds

    async def stream_response(self, send: Send) -> None:
        """Send the pieces as they come."""
        async with aclosing(self._pieces), asyncio.timeout(self._seconds):
            await super().stream_response(send)
