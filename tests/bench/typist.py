"""What a field costs a clerk: strokes, seconds and items an hour, against keying whole pages.

    python tests/bench/typist.py [--households 5] [--persons 6] [--seed 2026]

Prints a round, fills and scans it at L1, reads it, and lets a scripted typist key every item in
Debian's Chromium, by keyboard alone, what was written. The screen counts the strokes; seconds are
strokes at 5,000 an hour (PLoS ONE 2012 e35087 gives 4,500 to 10,000 for forms) and the wait from
Enter until the next snip stands on the screen, measured in the browser. A second clerk keys what is
keyed twice. Keying whole pages is counted on the same forms: every written field of every page that
came back, a stroke a character and one to go on, and one stroke to pass a field that is blank; the
time to find one's place on a page is not counted, which favours whole pages.

Exit 1 if clerks need more than 10 % of the seconds of whole pages, or 5 % of the waits are longer
than 50 ms.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
import django_ready  # noqa: F401  before anything that imports rows

# isort: split
from browsing import SIZE, chromium, sign_in
from paper_round import Round, make_round
from playwright.sync_api import Browser
from typing_clerk import TypingClerk, typed_for
from web_office import WebOffice, serving

from papi.office.workspace import open_workspace
from papi.store.models import Entry, Item

STROKES_AN_HOUR = 5000
SECONDS_A_STROKE = 3600 / STROKES_AN_HOUR
MOST_SHARE, MOST_WAIT_MS = 0.10, 50.0
_PAUSE_MS, _LOOK_MS = 60, 300
"""Between strokes of the script, and before the first: several times as fast as a person, so that a
wait that a person could meet shows."""
_WATCH = """() => {
  let pressed = 0;
  window.waits = [];
  const note = (e) => { if (e.key === "Enter") pressed = e.timeStamp; };
  document.addEventListener("keydown", note, true);
  new MutationObserver(() => {
    const picture = document.querySelector("#k-picture img");
    if (!picture || !pressed) return;
    const began = pressed;
    const drawn = () => window.waits.push(performance.now() - began);
    const shown = () => requestAnimationFrame(drawn);
    if (picture.complete) shown(); else picture.addEventListener("load", shown);
  }).observe(document.querySelector("#k-picture"), { childList: true });
}"""


@dataclass
class Cost:
    """What items of one class took."""

    strokes: list[int] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Seconds an item."""
        wait = statistics.fmean(self.waits) if self.waits else 0.0
        return statistics.fmean(self.strokes) * SECONDS_A_STROKE + wait / 1000


def key_all(browser: Browser, address: str, office: WebOffice, name: str) -> dict[str, list[float]]:
    """Let one clerk key everything, class by class; return the waits in ms by class."""
    context = browser.new_context(base_url=address, viewport=SIZE)
    sign_in(context, address, office.person("clerk", name=name))
    clerk, waits = TypingClerk(context.new_page()), {}
    classes = Item.objects.filter(state="open").values_list("field_class", flat=True)
    for kind in sorted(set(classes)):
        clerk.begin(f"/key/work/?kind={kind}")
        clerk.page.evaluate(_WATCH)
        for item in clerk.fields(10_000):
            text = typed_for(item, office.written)
            clerk.page.wait_for_timeout(_LOOK_MS)
            clerk.page.keyboard.type(text, delay=_PAUSE_MS)
            clerk.press("Enter", *([] if text else ["Enter"]))
        clerk.confirm()
        waits[kind] = clerk.page.evaluate("() => window.waits")
    context.close()
    return waits


def whole_pages(written: dict[tuple[str, str], str]) -> int:
    """Count the strokes of keying every written field and passing every blank one."""
    return sum(len(value) + 1 for value in written.values())


def measure(made: Round) -> tuple[dict[str, Cost], int]:
    """Read a round and have it keyed; return the cost by class and the strokes of whole pages."""
    done = made.paper.ingest(*made.scans)
    if done.exit_code not in {0, 1}:
        raise RuntimeError(done.stderr)
    office = WebOffice(open_workspace(made.paper.workspace), made.paper, made.written())
    costs: dict[str, Cost] = defaultdict(Cost)
    with serving() as address, chromium() as browser:
        for name in ("one", "two"):
            for kind, waits in key_all(browser, address, office, name).items():
                costs[kind].waits += waits
    for entry in Entry.objects.filter(undone_at=None).select_related("item"):
        costs[entry.item.field_class].strokes.append(entry.keys)
    return {kind: cost for kind, cost in costs.items() if cost.strokes}, whole_pages(office.written)


def report(costs: dict[str, Cost], forms: int, page_strokes: int) -> bool:
    """Print the table; tell whether the figures were met."""
    print("class          items  strokes/item  s/item  items/hour")
    for kind, cost in sorted(costs.items()):
        mean = statistics.fmean(cost.strokes)
        print(
            f"{kind:<14} {len(cost.strokes):5}  {mean:12.1f}  {cost.seconds:6.2f}"
            f"  {3600 / cost.seconds:10.0f}"
        )
    items = sum(len(cost.strokes) for cost in costs.values())
    seconds = sum(len(cost.strokes) * cost.seconds for cost in costs.values())
    print(f"{'all':<14} {items:5}  {'':12}  {seconds / items:6.2f}  {3600 * items / seconds:10.0f}")
    pages = page_strokes * SECONDS_A_STROKE
    waits = sorted(wait for cost in costs.values() for wait in cost.waits)
    late = waits[int(len(waits) * 0.95)]
    print(f"a form: {pages / forms:.0f} s keyed whole, {seconds / forms:.1f} s keyed from snips")
    print(f"clerks need {seconds / pages:.1%} of the seconds of whole pages (target: 10 %)")
    print(
        f"Enter to next snip: median {statistics.median(waits):.0f} ms, 95 % within {late:.0f} ms"
    )
    return seconds <= MOST_SHARE * pages and late <= MOST_WAIT_MS


def main() -> int:
    """Measure one round; return 0 if the figures were met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=5)
    parser.add_argument("--persons", type=int, default=6)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        made = make_round(
            Path(scratch), seed=options.seed, households=options.households, persons=options.persons
        )
        costs, strokes = measure(made)
        return 0 if report(costs, len(made.truth), strokes) else 1


if __name__ == "__main__":
    sys.exit(main())
