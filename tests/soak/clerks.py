"""Simulated clerks: many browsers' worth of requests from one thread, and what each was told.

Knows the addresses of the keying screen and does what its script does: loads items ahead with their
pictures, thinks, sends each answer until the server has confirmed it, under the same key. Must not
know the database.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

AHEAD = 5
LOW = 3
"""As keying-feed.js loads ahead."""
AGAIN_S = 0.3
PATIENCE_S = 60.0
"""How long a clerk tries to reach a server that is away."""
IDLE_S = 1.0
"""Pause after the server had nothing to key."""
MISTAKES = 0.03

Value = Callable[[int], str]
"""Item -> what the person reads on its picture."""


class Away(Exception):
    """The server cannot be reached, or went away in the middle."""


@dataclass
class Connection:
    """One kept-alive HTTP/1.1 connection of a person's browser, with its cookies."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> tuple[int, bytes]:
        """Send a request; return status and body."""
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection(self.host, self.port)
            reader, writer = self._streams
            writer.write(self._head(method, path, body, kind) + body)
            await writer.drain()
            return await self._reply(reader)
        except (OSError, asyncio.IncompleteReadError, ValueError, IndexError) as error:
            self.close()
            raise Away(path) from error

    def _head(self, method: str, path: str, body: bytes, kind: str) -> bytes:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            f"Cookie: {cookies}",
            f"X-CSRFToken: {self.cookies.get('csrftoken', '')}",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    async def _reply(self, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        length, closes = 0, False
        for line in head[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "content-length":
                length = int(value)
            elif name.lower() == "set-cookie":
                cookie, _, content = value.strip().partition(";")[0].partition("=")
                self.cookies[cookie] = content
            elif name.lower() == "connection":
                closes = value.lower() == "close"
        body = await reader.readexactly(length)
        if closes:
            self.close()
        return int(head[0].split()[1]), body

    def close(self) -> None:
        """Let the connection go; the next request opens another one."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


@dataclass
class Hand:
    """An item in somebody's hands, in seconds of this process's clock."""

    item: int
    clerk: str
    since: float
    until: float = 0.0
    answered: bool = False


@dataclass
class Told:
    """All that the server told all clerks.

    Attributes:
        hands: every item that came to a clerk, and until when they had it for certain.
        confirmed: client key -> (item, value) of every answer the server said it has.
        sent: client keys of every answer that was ever sent.
        seconds: how long requests took, by kind.
        states: answers by what became of them; failed requests by status.
        resent: requests sent again because the server was away.
        wrong: replies nobody should get.
    """

    hands: list[Hand] = field(default_factory=list)
    confirmed: dict[str, tuple[int, str]] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    resent: int = 0
    wrong: list[str] = field(default_factory=list)

    @contextmanager
    def timed(self, kind: str) -> Iterator[None]:
        """Measure a request that is answered."""
        began = time.perf_counter()
        yield
        self.seconds.setdefault(kind, []).append(time.perf_counter() - began)

    def share(self, kind: str, share: float) -> float:
        """A quantile of the seconds of a kind of request."""
        found = sorted(self.seconds[kind])
        return found[min(int(len(found) * share), len(found) - 1)]

    def in_two_hands(self) -> list[tuple[Hand, Hand]]:
        """Items that two people had at the same moment."""
        by_item: dict[int, list[Hand]] = {}
        for hand in self.hands:
            by_item.setdefault(hand.item, []).append(hand)
        return [
            (one, two)
            for hands in by_item.values()
            for n, one in enumerate(hands)
            for two in hands[n + 1 :]
            if one.clerk != two.clerk and one.since < two.until and two.since < one.until
        ]


@dataclass
class Clerk:
    """One person at one PC.

    Attributes:
        think_s: mean seconds a field takes; 0 = as fast as the server answers.
        walks_off: chance that they go home with items on the screen.
    """

    name: str
    password: str
    port: int
    value: Value
    told: Told
    chance: Random
    think_s: float = 3.0
    walks_off: float = 0.02
    line: Connection = field(init=False)
    queue: list[tuple[dict[str, Any], Hand]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = Connection("127.0.0.1", self.port)

    async def log_in(self) -> None:
        """As the login page does it."""
        _, page = await self._surely(lambda: self.line.ask("GET", "/login/"))
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.decode())
        assert token is not None
        form = f"csrfmiddlewaretoken={token[1]}&username={self.name}&password={self.password}&next="
        status, _ = await self.line.ask(
            "POST", "/login/", form.encode(), "application/x-www-form-urlencoded"
        )
        assert status == 302, status
        self.line.close()  # the next event loop opens its own

    async def work(self, over: Callable[[], bool]) -> None:
        """Key until the shift is over, then give back what is left."""
        await asyncio.sleep(self.chance.random() * self.think_s)
        while not over():
            if len(self.queue) < LOW:
                await self._load()
            if not self.queue:
                await asyncio.sleep(IDLE_S)
                continue
            if self.chance.random() < self.walks_off:
                self._walk_off()
                continue
            task, hand = self.queue[0]
            await asyncio.sleep(self.think_s * self.chance.uniform(0.5, 1.5))
            del self.queue[0]
            await self._answer(task, hand)
        await self._leave()
        self.line.close()

    async def _load(self) -> None:
        held = [task["item"] for task, _ in self.queue]
        body = {"held": held, "count": AHEAD - len(held), "counts": False}
        reply = await self._post("next", "/key/next/", body)
        now = time.monotonic()
        for task in reply["tasks"]:
            hand = Hand(task["item"], self.name, now)
            self.told.hands.append(hand)
            self.queue.append((task, hand))
        for task in reply["tasks"]:
            await self._look(task)

    async def _look(self, task: dict[str, Any]) -> None:
        with self.told.timed("snip"):
            status, picture = await self._surely(lambda: self.line.ask("GET", task["snip"]))
        if status != 200 or picture[:2] != b"\xff\xd8":
            self.told.wrong.append(f"snip {status}")

    async def _answer(self, task: dict[str, Any], hand: Hand) -> None:
        said = {
            "item": task["item"],
            "lease": task["lease"],
            "client_key": secrets.token_hex(16),
            "kind": "keyed",
            "value": self._typed(task["item"]),
            "keys": 8,
            "seconds": self.think_s,
        }
        state = await self._send(said, hand)
        if state == "refused":  # what they read there is no such value: they cannot read it
            said |= {"kind": "unreadable", "value": "", "client_key": secrets.token_hex(16)}
            state = await self._send(said, hand)
        if state == "doubted":
            said |= {"confirmed": True, "client_key": secrets.token_hex(16)}
            state = await self._send(said, hand)
        hand.answered = state == "taken"

    def _typed(self, item: int) -> str:
        value = self.value(item)
        if value and self.chance.random() < MISTAKES:
            place = self.chance.randrange(len(value))
            value = f"{value[:place]}{self.chance.choice('0123456789')}{value[place + 1 :]}"
        return value

    async def _send(self, said: dict[str, Any], hand: Hand) -> str:
        key = said["client_key"]
        self.told.sent[key] = said["item"]
        hand.until = time.monotonic()  # until here it is theirs for certain
        reply = await self._post("answers", "/key/answers/", {"answers": [said]})
        state = str(reply["results"][0]["state"])
        self.told.states[state] = self.told.states.get(state, 0) + 1
        if state == "taken":
            self.told.confirmed[key] = (said["item"], said["value"])
        return state

    def _walk_off(self) -> None:
        """Leave with items on the screen; somebody sits down at the PC anew."""
        now = time.monotonic()
        for _, hand in self.queue:
            hand.until = now
        self.queue.clear()

    async def _leave(self) -> None:
        items = [task["item"] for task, _ in self.queue]
        self._walk_off()
        await self._post("release", "/key/release/", {"items": items})

    async def _post(self, kind: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        sent = json.dumps(body).encode()
        with self.told.timed(kind):
            status, reply = await self._surely(lambda: self.line.ask("POST", path, sent))
        if status != 200:
            self.told.wrong.append(f"{kind} {status}")
            raise AssertionError(f"{self.name}: {path} {status}")
        found: dict[str, Any] = json.loads(reply)
        return found

    async def _surely(self, ask: Callable[[], Awaitable[tuple[int, bytes]]]) -> tuple[int, bytes]:
        """Ask again while the server is away, or says that it is busy."""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                status, body = await ask()
            except Away:
                status, body = 503, b""
            if status < 500 or time.monotonic() > end:
                return status, body
            self.told.resent += 1
            self.told.states[str(status)] = self.told.states.get(str(status), 0) + 1
            await asyncio.sleep(AGAIN_S)


async def work_together(clerks: Sequence[Clerk], over: Callable[[], bool]) -> None:
    """Let clerks work until the shift is over; the first that fails ends it."""
    await asyncio.gather(*(clerk.work(over) for clerk in clerks))


async def log_in_together(clerks: Sequence[Clerk]) -> None:
    """Log in one by one: a password costs 50 ms and much memory to check."""
    for clerk in clerks:
        await clerk.log_in()
