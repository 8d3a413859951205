"""`papi serve`."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import click

from papi.cli.common import pass_settings, warn
from papi.cli.settings import CliSettings

_PEM = click.Path(path_type=Path, dir_okay=False, exists=True)


class _Stop:
    """Ctrl-C or SIGTERM: once lets requests under way end, twice ends at once."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        return self.asked

    def listen(self) -> None:
        """Hear the signals from now on."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 = any free."
)
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    metavar="N",
    help="Requests answered at the same time.",
)
@click.option("--tls-cert", type=_PEM, metavar="FILE", help="Certificate chain, PEM.")
@click.option("--tls-key", type=_PEM, metavar="FILE", help="Its private key, PEM.")
@click.option("--behind-proxy", is_flag=True, help="A proxy in front ends the TLS.")
@pass_settings
def command(
    settings: CliSettings, /, tls_cert: Path | None, tls_key: Path | None, **how: Any
) -> None:
    """Serve the web application: keying, page fixing, supervision. Ctrl-C ends it.

    Another address than this machine's own is refused without TLS (--tls-cert and --tls-key) or a
    proxy that ends it (--behind-proxy); see docs/serving.md.
    """
    from papi.office.serve_log import log_to  # noqa: PLC0415
    from papi.office.serving import ServeOrder, Service  # noqa: PLC0415

    order = ServeOrder(certificate=tls_cert, key=tls_key, **how)
    stop = _Stop()
    service = Service(settings.workspace, order)
    log_to(sys.stderr)
    stop.listen()
    if service.needs_people:
        warn("Nobody can log in yet: add a first person with `papi user add NAME --role admin`.")
    warn(f"PAPI listens at {service.address} (Ctrl-C ends it).")
    service.run(stop)
    warn("Ended; every request under way was answered.")
