"""TLS in front of the web server, which speaks none itself: Python's own ssl and asyncio.

Knows sockets and certificates. Must not know HTTP. Each encrypted connection is carried, byte by
byte, to one plain connection on the loopback; `peer_of` says whose it is, and the server refuses
plain connections that are nobody's, so that no other user of the machine slips past the TLS.
A handshake that stalls costs a socket and no thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from pathlib import Path

from papi.errors import UsageError

HANDSHAKE_S = 10.0
"""A browser needs a fraction of a second; who takes longer is not one."""
CONNECTIONS = 500
"""At once: forty clerks' browsers hold six each."""
_CHUNK = 64 * 1024


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Load a certificate chain and its key; TLS 1.2 and newer.

    Raises:
        UsageError: they cannot be read or do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password="")
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        raise UsageError(
            f"{certificate} and {key} are no certificate and its unencrypted key in PEM format.",
            "Give the chain (server first) as --tls-cert and its private key as --tls-key.",
        ) from error
    return context


class TlsFront:
    """Accepts encrypted connections on a socket and carries them to a plain one."""

    def __init__(
        self, listening: socket.socket, context: ssl.SSLContext, backend: tuple[str, int]
    ) -> None:
        self._socket, self._context, self._backend = listening, context, backend
        self._peers: dict[int, str] = {}
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tls", daemon=True)

    def start(self) -> None:
        """Begin to accept."""
        self._thread.start()
        self._ready.wait()

    def refuse_new(self) -> None:
        """Accept no more; what is connected stays."""
        self._loop.call_soon_threadsafe(self._close_server)

    def close(self) -> None:
        """Cut what is still connected."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(HANDSHAKE_S)

    def peer_of(self, port: int) -> str:
        """Return the address of the browser whose plain connection has that port, "" if none."""
        return self._peers.get(port, "")

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(
            asyncio.start_server(
                self._carry,
                sock=self._socket,
                ssl=self._context,
                ssl_handshake_timeout=HANDSHAKE_S,
                limit=_CHUNK,
            )
        )
        self._ready.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    def _close_server(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either side ends it."""
        if len(self._peers) >= CONNECTIONS:
            writer.close()
            return
        port, plain = 0, None
        try:
            plain = await self._connect(writer.get_extra_info("peername")[0])
            port = plain[1].get_extra_info("sockname")[1]
            ways = (_pump(reader, plain[1]), _pump(plain[0], writer))
            await asyncio.wait(
                [asyncio.ensure_future(way) for way in ways], return_when=asyncio.FIRST_COMPLETED
            )
        except OSError:
            pass  # the server stops, or the browser went away
        finally:
            self._peers.pop(port, None)
            writer.close()
            if plain is not None:
                plain[1].close()

    async def _connect(self, peer: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to the server; the peer is known before the first byte is carried."""
        reader, writer = await asyncio.open_connection(*self._backend, limit=_CHUNK)
        self._peers[writer.get_extra_info("sockname")[1]] = peer
        return reader, writer


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until the end of one direction."""
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
