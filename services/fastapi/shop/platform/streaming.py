"""Answers that are sent piece by piece."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from fastapi.responses import StreamingResponse
from starlette.types import Send


class Stream(StreamingResponse):
    """A StreamingResponse that closes its generator whatever happens.

    Starlette leaves it to the garbage collector when a client goes away, and with it the connection to the database
    that it may hold. How long a client may take no byte is the server's to say.
    """

    def __init__(
        self,
        pieces: AsyncGenerator[bytes, None],
        media_type: str,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(pieces, media_type=media_type, headers=headers)
        self._pieces = pieces

    async def stream_response(self, send: Send) -> None:
        """Send the pieces as they come."""
        async with aclosing(self._pieces):
            await super().stream_response(send)
