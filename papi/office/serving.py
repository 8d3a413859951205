"""Use case: serve the web application of one workspace until somebody ends it.

Knows where it may listen without TLS, the web server and how it ends. Must not know any screen, nor
the command line.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papi.errors import PapiError, UsageError
from papi.office.tls_front import TlsFront, tls_context
from papi.office.workspace import Workspace, load_workspace, open_workspace

BODY_BYTES = 256 * 1024
"""Of one request; the largest form is a few kB. Larger ones are refused before they are kept."""
HEADER_BYTES = 32 * 1024
CONNECTIONS = 500
"""Open at once: forty clerks' browsers hold six each."""
DRAIN_S = 30.0
"""How long requests under way may take to end when the server is told to."""
ARRIVING_S = 0.2
"""What was sent before the server was told to end is still taken in."""
_TURN_S = 0.2
_WHERE_TLS = (
    "Give --tls-cert and --tls-key, or put a web server with TLS in front and add --behind-proxy "
    "(docs/serving.md has both)."
)
_APPLICATION = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class ServeOrder:
    """How to serve.

    Attributes:
        host, port: where to listen; port 0 = any free one.
        threads: requests answered at the same time.
        certificate, key: PEM files; None = no TLS here.
        behind_proxy: a proxy in front ends the TLS.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 4
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False

    @property
    def tls(self) -> bool:
        """This process speaks TLS itself."""
        return self.certificate is not None and self.key is not None


def check_order(order: ServeOrder, hosts: Iterable[str]) -> None:
    """Refuse what would send passwords and personal data in the clear, or serve nobody.

    Raises:
        UsageError: another address than loopback without TLS, half a certificate, no name to serve.
    """
    if (order.certificate is None) != (order.key is None):
        raise UsageError("--tls-cert and --tls-key belong together.", "Give both or none.")
    if order.tls and order.behind_proxy:
        raise UsageError("With --behind-proxy the proxy ends the TLS.", "Leave out --tls-cert.")
    if not (is_loopback(order.host) or order.tls or order.behind_proxy):
        raise UsageError(f"{order.host} is reached by other machines without TLS.", _WHERE_TLS)
    if (order.behind_proxy or _is_any(order.host)) and not tuple(hosts):
        raise UsageError(
            "papi.toml does not say by which name people reach this server.",
            'Add it under [web], e.g. hosts = ["papi.example.go.id"].',
        )


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_any(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


class Service:
    """The web application of a workspace, listening from the moment it is made.

    Raises (when made):
        UsageError: see `check_order`; the certificate cannot be used.
        PapiError: the address is taken, or not this machine's.
        WorkspaceMissing, WorkspaceUnusable, StorageFull: as `open_workspace` says.
    """

    def __init__(self, folder: Path, order: ServeOrder) -> None:
        self._order = order
        web = load_workspace(folder).settings.web
        check_order(order, web.hosts)
        context = tls_context(order.certificate, order.key) if order.certificate else None  # type: ignore[arg-type]
        self._socket = listen(order.host, order.port)
        self.workspace: Workspace = open_workspace(folder)
        self._configure()
        self._front: TlsFront | None = None
        plain = listen("127.0.0.1", 0) if context else self._socket
        self._server = self._make_server(plain)
        if context:
            self._front = TlsFront(self._socket, context, plain.getsockname()[:2])

    @property
    def address(self) -> str:
        """Where people find it, e.g. "https://127.0.0.1:8443/"."""
        host, port = self._order.host, self._socket.getsockname()[1]
        host = f"[{host}]" if ":" in host else host
        return f"{'https' if self._order.tls else 'http'}://{host}:{port}/"

    @property
    def needs_people(self) -> bool:
        """Nobody can log in yet."""
        from papi.store.people import anybody_can_log_in  # noqa: PLC0415  needs the open store

        return not anybody_can_log_in()

    def run(self, stop: Callable[[], bool]) -> None:
        """Serve until `stop` says so; then requests under way end, and no new one begins."""
        from papi.office.catching_up import CatchingUp  # noqa: PLC0415  needs the open store

        beside = CatchingUp(self.workspace)
        beside.start()
        if self._front is not None:
            self._front.start()
        self._turn_until(stop)
        self._turn_until(_after(ARRIVING_S))
        if self._front is not None:
            self._front.refuse_new()
        self._refuse_new()
        too_late = _after(DRAIN_S)
        self._turn_until(lambda: not self._busy() or too_late())
        self._server.task_dispatcher.shutdown()
        self._server.asyncore.close_all(self._server._map, ignore_all=True)
        if self._front is not None:
            self._front.close()
        beside.stop()

    def _turn_until(self, over: Callable[[], bool]) -> None:
        while not over():
            self._server.asyncore.loop(
                timeout=_TURN_S, use_poll=True, map=self._server._map, count=1
            )

    def _refuse_new(self) -> None:
        self._server.accepting = False
        self._server.del_channel()
        self._server.socket.close()

    def _busy(self) -> bool:
        channels = tuple(self._server.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)

    def _configure(self) -> None:
        """Give Django what depends on how it is served."""
        from papi.store import web_settings  # noqa: PLC0415  Django costs 0.1 s

        web, order = self.workspace.settings.web, self._order
        own = () if _is_any(order.host) or is_loopback(order.host) else (order.host,)
        wanted = web_settings.web_settings(
            (*own, *web.hosts),
            encrypted=order.tls or order.behind_proxy,
            behind_proxy=order.behind_proxy,
            idle_minutes=web.idle_minutes,
        )
        web_settings.apply(wanted)
        web_settings.keep_connections()

    def _make_server(self, listening: socket.socket) -> Any:
        from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
        from waitress.server import create_server  # noqa: PLC0415

        application = get_wsgi_application()
        proxied = {}
        if self._order.behind_proxy:
            proxied = {
                "trusted_proxy": self.workspace.settings.web.proxy,
                "trusted_proxy_count": 1,
                "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto",
            }
        return create_server(
            self._of_known_peers(application) if self._order.tls else application,
            sockets=[listening],
            threads=self._order.threads,
            url_scheme="https" if self._order.tls else "http",
            connection_limit=CONNECTIONS,
            max_request_body_size=BODY_BYTES,
            max_request_header_size=HEADER_BYTES,
            ident=None,
            **proxied,
        )

    def _of_known_peers(self, application: _APPLICATION) -> _APPLICATION:
        """Serve only what came through the TLS, under the browser's own address."""

        def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            front = self._front
            peer = front.peer_of(int(environ.get("REMOTE_PORT") or 0)) if front else ""
            if not peer:
                start("403 Forbidden", [("Content-Type", "text/plain")])
                return [b"TLS only\n"]
            environ["REMOTE_ADDR"] = environ["REMOTE_HOST"] = peer
            return application(environ, start)

        return answer


def _after(seconds: float) -> Callable[[], bool]:
    """Return what tells whether the seconds from now are over."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket.

    Raises:
        PapiError: the port is taken, needs more rights, or the address is not this machine's.
    """
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(place[:2], family=family, backlog=512)
    except socket.gaierror as error:
        raise UsageError(f"{host} is no address of this machine.", _OWN) from error
    except OSError as error:
        raise _explain(error, host, port) from error


_OWN = "Give --host 127.0.0.1, or an address that this machine has."


def _explain(error: OSError, host: str, port: int) -> PapiError:
    if error.errno == errno.EADDRINUSE:
        return PapiError(
            f"Another program listens at {host}, port {port}.", "End it, or give another --port."
        )
    if error.errno == errno.EACCES:
        return PapiError(f"No right to listen at port {port}.", "Give a --port above 1023.")
    return UsageError(f"Cannot listen at {host}, port {port}.", _OWN)
