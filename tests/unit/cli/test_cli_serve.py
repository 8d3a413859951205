"""`papi serve` in a process of its own: where it listens, what it refuses, how it ends."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from papi.cli import cli
from papi.errors import PapiError, UsageError
from papi.office.serving import ServeOrder, check_order, is_loopback, listen
from papi.office.workspace import Workspace, load_workspace
from papi.store.web_settings import web_settings

START_S = 60
PASSWORD = "kuda-lari-di-sawah\n"  # noqa: S105  an invented one


@contextmanager
def _serve(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], list[str], str]]:
    """Yield the running server, its lines so far, and its address."""
    call = [sys.executable, "-m", "papi.cli", "-w", str(folder), "serve", "--port", "0", *words]
    server = subprocess.Popen(call, stderr=subprocess.PIPE, text=True)  # noqa: S603
    lines: list[str] = []
    try:
        assert server.stderr is not None
        for line in server.stderr:
            lines.append(line)
            if found := re.search(r"https?://\S+", line):
                yield server, lines, found[0]
                break
        else:
            pytest.fail("".join(lines))
    finally:
        server.kill()
        server.wait()


def _get(address: str, path: str = "/login/", **headers: str) -> http.client.HTTPResponse:
    host = address.split("/")[2]
    connection = http.client.HTTPConnection(host, timeout=START_S)
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    reply.read()
    return reply


def test_it_serves_says_where_and_ends_when_told(workspace: Workspace) -> None:
    with _serve(workspace.folder) as (server, lines, address):
        assert "papi user add NAME --role admin" in lines[0]
        assert _get(address).status == 200
        assert _get(address, Host="evil.example").status == 400
        server.send_signal(signal.SIGTERM)
        assert server.wait(START_S) == 0
        assert server.stderr is not None
        rest = server.stderr.read()
        assert "evil" not in rest
        assert rest.splitlines()[-1].startswith("Ended")


def test_with_somebody_to_log_in_it_only_says_where(workspace: Workspace) -> None:
    call = ["-w", str(workspace.folder), "user", "add", "ayu", "--role", "admin"]
    CliRunner().invoke(cli, [*call, "--password-stdin"], input=PASSWORD)
    with _serve(workspace.folder) as (_, lines, address):
        assert lines == [f"PAPI listens at {address} (Ctrl-C ends it).\n"]


def test_a_request_under_way_is_answered_before_it_ends(workspace: Workspace) -> None:
    with _serve(workspace.folder, "--threads", "1") as (server, _, address):
        host, port = address.split("/")[2].split(":")
        with socket.create_connection((host, int(port)), timeout=START_S) as wire:
            wire.sendall(b"GET /login/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
            server.send_signal(signal.SIGTERM)
            assert wire.recv(12) == b"HTTP/1.1 200"
        assert server.wait(START_S) == 0


def test_a_too_large_request_is_refused(workspace: Workspace) -> None:
    with _serve(workspace.folder) as (_, _, address):
        connection = http.client.HTTPConnection(address.split("/")[2], timeout=START_S)
        connection.putrequest("POST", "/login/")
        connection.putheader("Content-Length", str(10 * 1024 * 1024))
        connection.endheaders()
        assert connection.getresponse().status == 413


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    """A certificate of localhost and its key, made for the tests."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(  # noqa: S603
        [shutil.which("openssl") or "", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2",
         "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return (str(certificate), str(key))


def test_tls_is_spoken_and_nothing_else(workspace: Workspace, pem: Sequence[str]) -> None:
    with _serve(workspace.folder, "--tls-cert", pem[0], "--tls-key", pem[1]) as (
        server,
        _,
        address,
    ):
        assert address.startswith("https://127.0.0.1:")
        port = int(address.split("/")[2].split(":")[1])
        trusted = ssl.create_default_context(cafile=pem[0])
        stalled = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
        connection = http.client.HTTPSConnection(
            "localhost", port, context=trusted, timeout=START_S
        )
        connection.request("GET", "/login/")
        reply = connection.getresponse()
        assert reply.status == 200
        assert reply.headers["Strict-Transport-Security"].startswith("max-age=")
        assert "; Secure" in reply.headers["Set-Cookie"]
        reply.read()
        assert _plain_answer(port) != b"HTTP/1.1 200"
        for inner in _ports_of(server.pid) - {port}:
            assert _plain_answer(inner) == b"HTTP/1.1 403"  # not even from this machine
        server.send_signal(signal.SIGTERM)
        assert server.wait(START_S) == 0
        for wire in stalled:
            wire.close()


def _plain_answer(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=START_S) as wire:
        wire.sendall(b"GET /login/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            return wire.recv(12)
        except ConnectionError:
            return b""


def _ports_of(pid: int) -> set[int]:
    """Return the ports a process listens at."""
    inodes = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        target = str(handle.readlink())
        inodes.add(target.removeprefix("socket:[").rstrip("]"))
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and row[9] in inodes}


def test_behind_a_proxy_only_the_proxy_is_believed(workspace: Workspace) -> None:
    _name_host(workspace)
    with _serve(workspace.folder, "--behind-proxy") as (_, _, address):
        through = {"Host": "papi.example.go.id", "X-Forwarded-Proto": "https"}
        secure = _get(address, **through, **{"X-Forwarded-For": "10.1.2.3"})
        assert secure.status == 200
        assert "; Secure" in secure.headers["Set-Cookie"]
        clear = _get(address, Host="papi.example.go.id")
        assert (clear.status, clear.headers["Location"]) == (
            301,
            "https://papi.example.go.id/login/",
        )


def _name_host(workspace: Workspace) -> None:
    file = workspace.folder / "papi.toml"
    text = file.read_text().replace("hosts = []", 'hosts = ["papi.example.go.id"]')
    assert "papi.example.go.id" in text
    file.write_text(text)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--host", "0.0.0.0"], "without TLS"),  # noqa: S104  that is what is refused
        (["--host", "192.168.1.7"], "without TLS"),
        (["--host", "papi.example"], "without TLS"),
        (["--host", "::"], "without TLS"),
        (["--behind-proxy"], "[web]"),
        (["--host", "0.0.0.0", "--behind-proxy"], "[web]"),  # noqa: S104
    ],
)
def test_what_is_refused(workspace: Workspace, words: Sequence[str], said: str) -> None:
    result = CliRunner().invoke(cli, ["-w", str(workspace.folder), "serve", *words])
    assert result.exit_code == 2
    assert said in result.stderr


def test_half_a_certificate_and_no_certificate_are_refused(
    workspace: Workspace, pem: Sequence[str], tmp_path: Path
) -> None:
    call = ["-w", str(workspace.folder), "serve"]
    half = CliRunner().invoke(cli, [*call, "--tls-cert", pem[0]])
    assert half.exit_code == 2
    wrong = CliRunner().invoke(cli, [*call, "--tls-cert", pem[1], "--tls-key", pem[0]])
    assert wrong.exit_code == 2
    assert "PEM" in wrong.stderr


def test_a_taken_port_is_said_in_words(workspace: Workspace) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(cli, ["-w", str(workspace.folder), "serve", "--port", port])
        assert result.exit_code == PapiError.exit_code
        assert f"port {port}" in result.stderr


def test_an_address_of_another_machine_is_said_in_words() -> None:
    with pytest.raises(UsageError):
        listen("203.0.113.9", 0)
    with pytest.raises(UsageError):
        listen("no-such-host.invalid", 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.5.5.5", "::1", "localhost"])
def test_loopback_needs_no_tls(host: str) -> None:
    assert is_loopback(host)
    check_order(ServeOrder(host=host), ())


def test_idle_minutes_come_from_the_workspace(workspace: Workspace) -> None:
    file = workspace.folder / "papi.toml"
    file.write_text(file.read_text().replace("idle_minutes = 30", "idle_minutes = 12"))
    web = load_workspace(workspace.folder).settings.web
    found = web_settings((), encrypted=False, behind_proxy=False, idle_minutes=web.idle_minutes)
    assert found["SESSION_COOKIE_AGE"] == 12 * 60
    assert found["SESSION_COOKIE_SECURE"] is False


def test_half_a_request_does_not_hold_up_the_end(workspace: Workspace) -> None:
    with _serve(workspace.folder) as (server, _, address):
        host, port = address.split("/")[2].split(":")
        with socket.create_connection((host, int(port))) as wire:
            wire.sendall(
                b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc"
            )
            time.sleep(0.2)
            os.kill(server.pid, signal.SIGTERM)
            assert server.wait(START_S) == 0  # a request that never arrived whole holds nothing up


def test_many_threads_share_one_sqlite_file(workspace: Workspace) -> None:
    with _serve(workspace.folder, "--threads", "8") as (_, _, address):
        found: list[int] = []
        threads = [
            threading.Thread(target=lambda: found.extend(_get(address).status for _ in range(5)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [200] * 40
