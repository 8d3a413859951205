"""Charts as SVG text: stacked bars, bars, lines. Drawn by the server, styled by a style sheet.

Knows geometry and how to write SVG that a screen reader can say (title and description). Colours
are classes s1, s2, ...: no inline style, so that the strictest content policy holds. Must not know
what the numbers mean, nor any language: words and numbers come in as they are to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH = 620
"""Units of a chart's width; about px where it stands in one of two columns."""
_ROW, _BAR = 25, 17
"""Units from bar to bar, and of a bar."""
_LABEL, _END = 172, 112
"""Units kept for what stands before and after a bar."""
_LETTER = 7.2
"""Units a letter of 13 units takes, on average; labels are cut where they would run into bars."""
_LEFT, _TOP, _BOTTOM, _RIGHT = 46, 12, 26, 14
"""Margins of a line chart."""
_HEIGHT = 210
_TICKS = 4
_MARKS = ("circle", "square", "triangle", "diamond")
"""One shape a line, so that nobody must tell lines by colour."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What every chart has.

    Attributes:
        key: name that is unique on its page, for ids.
        title: what it shows; description: the same in a sentence with its main figures.
    """

    key: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values.

    Attributes:
        label: what it is.
        style: class of its colour, "s1" ...
        values: one for each place.
    """

    label: str
    style: str
    values: Sequence[int]


def stacked_bars(
    chart: Chart,
    labels: Sequence[str],
    series: Sequence[Series],
    ends: Sequence[str],
    say: Callable[[int], str] = str,
) -> str:
    """Draw one full bar a place, parted as the series say; `ends` stand behind the bars.

    A part that is too narrow for its number shows none; the table beneath has it.
    """
    body = []
    for row, (label, end) in enumerate(zip(labels, ends, strict=True)):
        y = row * _ROW
        body += [_label(label, y), _text(WIDTH, y + 13, end, "end")]
        parts = [(one.style, one.label, one.values[row]) for one in series]
        body += _parts(parts, y, say)
    return _svg(chart, len(labels) * _ROW, body)


def _parts(
    parts: Sequence[tuple[str, str, int]], y: int, say: Callable[[int], str]
) -> Iterator[str]:
    room = WIDTH - _LABEL - _END
    total, x = sum(count for _, _, count in parts), float(_LABEL)
    for style, name, count in parts:
        if not count:
            continue
        wide, number = room * count / total, say(count)
        hint = f"<title>{escape(name)}: {escape(number)}</title>"
        yield _rect(x, y, wide, f"part {style}", hint)
        if wide > len(number) * _LETTER + 6:
            yield _text(x + wide / 2, y + 13, number, f"inside on-{style}")
        x += wide


def bars(
    chart: Chart,
    labels: Sequence[str],
    values: Sequence[int],
    say: Callable[[int], str] = str,
    *,
    style: str = "s1",
    label_room: int = _LABEL,
) -> str:
    """Draw one bar a value, its number behind it."""
    most = max(values, default=0) or 1
    room = WIDTH - label_room - _END
    body = []
    for row, (label, value) in enumerate(zip(labels, values, strict=True)):
        y, wide = row * _ROW, max(1.0, room * value / most) if value else 0.0
        body += [
            _label(label, y, label_room),
            _rect(label_room, y, wide, f"part {style}"),
            _text(label_room + wide + 6, y + 13, say(value), "value"),
        ]
    return _svg(chart, len(labels) * _ROW, body)


def lines(
    chart: Chart,
    labels: Sequence[str],
    series: Sequence[Series],
    say: Callable[[int], str] = str,
) -> str:
    """Draw lines over time, each with marks of its own shape."""
    most = nice_top(max((v for one in series for v in one.values), default=0))
    body = [*_grid(most, say), *_times(labels)]
    for number, one in enumerate(series):
        points = [
            (_x(place, len(labels)), _y(value, most)) for place, value in enumerate(one.values)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        body.append(f'<polyline class="line {one.style}" points="{path}" fill="none"/>')
        for (x, y), value, label in zip(points, one.values, labels, strict=True):
            hint = f"{label} · {one.label}: {say(value)}"
            body.append(_mark(_MARKS[number % len(_MARKS)], x, y, one.style, hint))
    return _svg(chart, _HEIGHT, body)


def nice_top(most: int) -> int:
    """Return the end of an axis: a round number that four steps divide evenly."""
    if most <= _TICKS:
        return _TICKS
    step = most / _TICKS
    power = 10 ** floor(log10(step))
    for factor in (1, 2, 2.5, 5, 10):
        nice = factor * power
        if nice >= step and float(nice).is_integer():
            return int(nice * _TICKS)
    return ceil(step) * _TICKS


def swatch(style: str, number: int | None = None) -> str:
    """Draw the sample of a series for a legend: a patch, or a line with its mark."""
    if number is None:
        inner = f'<rect class="part {style}" x="1" y="1" width="16" height="12"/>'
    else:
        line = f'<polyline class="line {style}" points="0,7 18,7" fill="none"/>'
        inner = line + _mark(_MARKS[number % len(_MARKS)], 9, 7, style, "")
    frame = 'class="swatch" viewBox="0 0 18 14" width="18" height="14" aria-hidden="true"'
    return f"<svg {frame}>{inner}</svg>"


def _grid(most: int, say: Callable[[int], str]) -> Iterator[str]:
    for tick in range(_TICKS + 1):
        value = most * tick // _TICKS
        y = _y(value, most)
        yield f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{WIDTH - _RIGHT}" y2="{y:.1f}"/>'
        yield _text(_LEFT - 6, y + 4, say(value), "end axis")


def _times(labels: Sequence[str]) -> Iterator[str]:
    """Write as many moments as find room, the last one always."""
    room = max((len(label) for label in labels), default=1) * _LETTER + 10
    every = max(1, ceil(len(labels) * room / (WIDTH - _LEFT - _RIGHT)))
    last = len(labels) - 1
    for place, label in enumerate(labels):
        if (last - place) % every == 0:
            yield _text(_x(place, len(labels)), _HEIGHT - 6, label, "middle axis")


def _x(place: int, count: int) -> float:
    left, room = _LEFT + 16, WIDTH - _LEFT - _RIGHT - 32
    return left + (room * place / (count - 1) if count > 1 else room / 2)


def _y(value: int, most: int) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / most


def _mark(shape: str, x: float, y: float, style: str, hint: str) -> str:
    inner = f"<title>{escape(hint)}</title>" if hint else ""
    kind = f'class="mark {style}"'
    if shape == "circle":
        return f'<circle {kind} cx="{x:.1f}" cy="{y:.1f}" r="3.5">{inner}</circle>'
    corners = {
        "square": ((-3.2, -3.2), (3.2, -3.2), (3.2, 3.2), (-3.2, 3.2)),
        "triangle": ((0, -4.4), (4.2, 3.2), (-4.2, 3.2)),
        "diamond": ((0, -4.6), (4.6, 0), (0, 4.6), (-4.6, 0)),
    }[shape]
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return f'<polygon {kind} points="{points}">{inner}</polygon>'


def _label(text: str, y: float, room: int = _LABEL) -> str:
    most = int((room - 8) / _LETTER)
    shown = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return _text(room - 8, y + 13, shown, "end label", hint=text if shown != text else "")


def _rect(x: float, y: float, wide: float, kind: str, inner: str = "") -> str:
    place = f'x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{_BAR}"'
    return f'<rect class="{kind}" {place}>{inner}</rect>'


def _text(x: float, y: float, text: str, kind: str, *, hint: str = "") -> str:
    title = f"<title>{escape(hint)}</title>" if hint else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{title}{escape(text)}</text>'


def _svg(chart: Chart, height: int, body: Sequence[str]) -> str:
    key = escape(chart.key)
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(chart.title)}</title>'
        f'<desc id="{key}-desc">{escape(chart.description)}</desc>'
        f"{''.join(body)}</svg>"
    )
