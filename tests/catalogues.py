"""Catalogues of the web application's words: found in the sources, updated, compiled.

`python -m tests.catalogues` (make messages) brings every papi/review/locale/<area>/id/django.po in
step with the templates and modules of its area and compiles it. What it adds is untranslated, which
a test refuses. Must not know what any word means.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
REVIEW = ROOT / "papi" / "review"
TEMPLATES = REVIEW / "templates"
LOCALE = REVIEW / "locale"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
ENGINE = {"audit": (ROOT / "papi" / "office", ROOT / "papi" / "store")}
"""Modules below the screens that have words: those of the audit chain."""
_ALIAS = re.compile(r"from django\.utils\.translation import (\w+) as (\w+)")
_NEW = b"""# Indonesian words of PAPI's web application.
msgid ""
msgstr ""
"Project-Id-Version: PAPI\\n"
"Language: id\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
Message = tuple[str | None, tuple[str, ...]]
"""Context, and the singular with its plural if it has one."""


def areas() -> list[str]:
    """Return the areas that have a catalogue."""
    return sorted(path.name for path in LOCALE.iterdir() if path.is_dir())


def sources(area: str) -> list[Path]:
    """Return templates and modules whose words belong to an area; "base" has what is in none."""
    if area != "base":
        own = (TEMPLATES / "review" / area, REVIEW / area, *ENGINE.get(area, ()))
        return sorted(path for folder in own for path in _texts(folder.rglob("*")))
    loose = [*TEMPLATES.glob("*"), *(TEMPLATES / "review").glob("*"), *REVIEW.glob("*.py")]
    return sorted(_texts(iter(loose)))


def messages(area: str) -> dict[Message, list[tuple[str, int]]]:
    """Return every message of an area with the places it is used."""
    found: dict[Message, list[tuple[str, int]]] = {}
    for path in sources(area):
        for line, message in _extract(path):
            found.setdefault(message, []).append((path.relative_to(ROOT).as_posix(), line))
    return found


def po_path(area: str) -> Path:
    """Return the Indonesian catalogue of an area."""
    return LOCALE / area / "id" / "LC_MESSAGES" / "django.po"


def read(area: str) -> Catalog:
    """Return the catalogue of an area; an empty one if there is none yet."""
    path = po_path(area)
    text = path.read_bytes() if path.exists() else _NEW
    return read_po(io.BytesIO(text), locale="id")


def words(catalogue: Catalog) -> dict[Any, str]:
    """Return what a program finds in a catalogue: by message, or by message and plural form."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    return _words(buffer)


def binary_words(area: str) -> dict[Any, str]:
    """Return what a program finds in an area's compiled catalogue."""
    path = po_path(area).with_suffix(".mo")
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        return _words(stream)


def _words(stream: Any) -> dict[Any, str]:
    found = dict(GNUTranslations(stream)._catalog)  # type: ignore[attr-defined]
    found.pop("", None)
    return found


def in_step(area: str) -> tuple[bytes, int]:
    """Return an area's catalogue as the sources want it, and how many messages lack words."""
    template = Catalog(project="PAPI", domain="django")
    for (context, texts), places in sorted(messages(area).items(), key=lambda item: item[1]):
        name = texts if len(texts) > 1 else texts[0]
        files = sorted({place for place, _ in places})
        template.add(name, locations=[(file, None) for file in files], context=context)
    catalogue = read(area)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    buffer = io.BytesIO(_NEW)
    buffer.seek(0, io.SEEK_END)
    buffer.write(b"\n")
    write_po(buffer, catalogue, width=100, include_lineno=False, omit_header=True)
    missing = sum(1 for message in catalogue if message.id and not _translated(message.string))
    return buffer.getvalue(), missing


def update(area: str) -> int:
    """Bring an area's catalogue in step and compile it; return how many messages lack words."""
    path = po_path(area)
    path.parent.mkdir(parents=True, exist_ok=True)
    content, missing = in_step(area)
    path.write_bytes(content)
    if binary_words(area) != words(read(area)):
        with path.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, read(area))
    return missing


def keywords_in(text: str) -> dict[str, Any]:
    """Return the functions of a module that look words up, by the names it calls them."""
    return KEYWORDS | {short: KEYWORDS[name] for short, name in _aliases(text).items()}


def _aliases(text: str) -> dict[str, str]:
    return {short: name for name, short in _ALIAS.findall(text) if name in KEYWORDS}


def _translated(string: str | tuple[str, ...] | list[str]) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _texts(paths: Iterator[Path]) -> Iterator[Path]:
    return (path for path in paths if path.suffix in {".html", ".txt", ".py"} and path.is_file())


def _extract(path: Path) -> Iterator[tuple[int, Message]]:
    text = path.read_text("utf-8")
    names, keywords = _aliases(text), keywords_in(text)
    if path.suffix != ".py":
        lines = templatize(text).splitlines()
        text = "\n".join(line.lstrip() for line in lines)  # what is no tag is no Python
    for line, keyword, found, _ in extract_python(
        io.BytesIO(text.encode()), keywords, [], {"encoding": "utf-8"}
    ):
        texts = [part for part in (found if isinstance(found, tuple) else (found,)) if part]
        if not texts:
            continue
        called = names.get(keyword, keyword)
        context = texts.pop(0) if "pgettext" in called else None
        yield line, (context, tuple(texts[:2] if called.startswith("n") else texts[:1]))


def main() -> int:
    """Update every area; say which still lack words."""
    missing = {area: update(area) for area in areas()}
    for area, count in missing.items():
        if count:
            sys.stdout.write(f"{area}: {count} without Indonesian words\n")
    return 1 if any(missing.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
