"""A client's connection: uvicorn's, with h11 as it is for the parser, and two things that uvicorn leaves to a proxy."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

from shop.platform.server import MAX_HEAD_BYTES

HEAD_SECONDS = 10


class Connection(H11Protocol):
    """A head has a time in which to come, and who ends his side after a request is still answered.

    h11 looks at its limit for heads, and for trailers, only while one is incomplete. So it is given no more at a time.
    """

    _timer: asyncio.TimerHandle | None = None
    _half_closed = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        for at in range(0, len(data), MAX_HEAD_BYTES):
            if not self.transport.is_closing():
                super().data_received(data[at : at + MAX_HEAD_BYTES])
        self._watch()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the way back open if a whole request waits for an answer that has an end."""
        endless = self._is_busy() and self.scope["state"].get("endless")
        self._half_closed = self._is_busy() and not self.cycle.more_body and not endless
        return self._half_closed

    def on_response_complete(self) -> None:
        """Close after the last answer that a half-closed connection can have."""
        super().on_response_complete()
        if self._half_closed and not self._is_busy():
            self.transport.close()

    def _is_busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _watch(self) -> None:
        """Wait while no request is being answered, for a head or for the rest of a body that nobody reads."""
        if self._is_busy():
            self._stop_waiting()
        elif self._timer is None and not self.transport.is_closing():
            self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
