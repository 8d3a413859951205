"""No word outside the catalogues, none without Indonesian, no compiled one that is out of date."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests import catalogues

AREAS = catalogues.areas()
_TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.S)
_BLOCK = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?%}.*?{%\s*endblocktrans(?:late)?\s*%}"
    r"|{%\s*block\s+\w+\s*%}[a-z_]*{%\s*endblock\s*%}"  # a word for a script
    r"|{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}",
    re.S,
)
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SHOWN = frozenset({"title", "aria-label", "placeholder", "alt", "label", "aria-description"})
_NAMES = frozenset({"PAPI", "English", "Indonesia", "NIK", "KK", "Enter", "Esc", "Ctrl", "csv",
                    "F2", "Tab", "Alt", "Shift", "HMAC", "JSON"})  # fmt: skip
"""The same in every language: names, keys, formats."""


def _templates() -> list[Path]:
    return sorted(catalogues.TEMPLATES.rglob("*.html"))


def _modules() -> list[Path]:
    return sorted(catalogues.REVIEW.rglob("*.py"))


class _Words(HTMLParser):
    """Collects what a person would read that no tag of the template made."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        shown = [said.get(name) or "" for name in _SHOWN]
        if tag == "input" and said.get("type") in {"submit", "button", "reset"}:
            shown.append(said.get("value") or "")
        self.found += [text for text in shown if _foreign(text)]
        self._silent += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent and _foreign(data):
            self.found.append(data.strip())


def _foreign(text: str) -> bool:
    words = _LETTERS.findall(text)
    return any(word not in _NAMES and set(word) != {"X"} for word in words)  # X marks a place


def _words_in(text: str) -> list[str]:
    parser = _Words()
    parser.feed(_TAG.sub("", _BLOCK.sub("", text)))
    return parser.found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ('<p>{% translate "Hello" %}</p>', []),
        ("{% blocktranslate trimmed %}Hello {{ x }}{% endblocktranslate %}", []),
        ('<img alt="A page">', ["A page"]),
        ("<img alt=\"{% translate 'A page' %}\">", []),
        ('<input type="submit" value="Send">', ["Send"]),
        ('<input type="hidden" value="send"><kbd>Enter</kbd> 7 {{ words }}', []),
    ],
)
def test_words_are_noticed(text: str, found: list[str]) -> None:
    assert _words_in(text) == found


def test_no_template_says_anything_the_catalogues_do_not() -> None:
    wrong = {
        path.relative_to(catalogues.TEMPLATES).as_posix(): words
        for path in _templates()
        if (words := _words_in(path.read_text("utf-8")))
    }
    assert wrong == {}
    assert len(_templates()) > 10


_SPEAKS = re.compile(r"^[A-Z][a-z]+(?: [a-z]+)+[.:!?]?$|\w+ \w+.*[.!?]$", re.S)
"""A sentence or a label of several words; identifiers, paths and keys are none."""


def _literals(path: Path) -> list[str]:
    """Return literals of a module that look like words for people and pass no gettext."""
    text = path.read_text("utf-8")
    tree, said = ast.parse(text), catalogues.keywords_in(text)
    silent = set()
    for node in ast.walk(tree):
        quiet: list[ast.AST] = []
        if isinstance(node, ast.Call) and _name(node.func) in said:
            quiet = list(ast.walk(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            quiet = [node.value]  # a docstring
        elif isinstance(node, ast.Raise | ast.Assert):
            quiet = list(ast.walk(node))
        silent.update(id(part) for part in quiet)
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in silent and _SPEAKS.search(node.value)
    ]


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def test_no_module_says_anything_the_catalogues_do_not() -> None:
    wrong = {
        path.relative_to(catalogues.REVIEW).as_posix(): words
        for path in _modules()
        if (words := _literals(path))
    }
    assert wrong == {}


def test_a_literal_in_a_module_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "views.py"
    path.write_text('"""Doc string."""\nx = _("It is said.")\ny = "It is said."\nz = "a-key"\n')
    assert _literals(path) == ["It is said."]


_JS_TEXT = re.compile(
    r"""(?:["'](?:\\.|[^"'\\\n])*["']|`(?:\\.|[^`\\])*`)|//[^\n]*|/\*.*?\*/""", re.S
)
_JS_SAID = re.compile(
    r"""(?:textContent|innerText|innerHTML|title|placeholder|alt|ariaLabel|label)\s*=\s*["'`]\s*\w
    |setAttribute\(\s*["'](?:aria-\w+|title|alt|placeholder)["'],\s*["'`]\s*[A-Za-z]{3}
    |(?:alert|confirm|prompt)\(\s*["'`]""",
    re.X,
)


def _said_by_script(text: str) -> list[str]:
    """Return texts of several words, and whatever is put before people as it stands."""
    literals = [found for found in _JS_TEXT.findall(text) if found[0] in "\"'`"]
    said = [found for found in literals if _SPEAKS.search(found[1:-1])]
    return [*said, *(found.group() for found in _JS_SAID.finditer(text))]


@pytest.mark.parametrize(
    "text",
    [
        'box.textContent = "Gone"',
        "box.setAttribute('aria-label', 'Page')",
        "box.ariaLabel = `Page ${n}`",
        'confirm("Sure?")',
        'say("It could not be stored.")',
    ],
)
def test_words_of_a_script_are_noticed(text: str) -> None:
    assert _said_by_script(text)


def test_no_script_says_anything() -> None:
    scripts = [
        path
        for path in (catalogues.REVIEW / "static" / "review").glob("*.js")
        if path.name != "htmx.min.js"
    ]
    wrong = {path.name: said for path in scripts if (said := _said_by_script(path.read_text()))}
    assert wrong == {}
    assert len(scripts) > 10


@pytest.mark.parametrize("area", AREAS)
def test_every_word_of_an_area_has_an_indonesian_one(area: str) -> None:
    catalogue = catalogues.read(area)
    known = {
        (message.context, tuple([message.id] if isinstance(message.id, str) else message.id))
        for message in catalogue
        if message.id and not message.fuzzy and _all(message.string)
    }
    missing = set(catalogues.messages(area)) - known
    assert missing == set()


def _all(string: str | tuple[str, ...] | list[str]) -> bool:
    return bool(string) if isinstance(string, str) else all(string)


@pytest.mark.parametrize("area", AREAS)
def test_no_word_of_an_area_is_left_over(area: str) -> None:
    used = {texts[0] for _, texts in catalogues.messages(area)}
    catalogue = catalogues.read(area)
    firsts = [m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id]
    assert [text for text in firsts if text not in used] == []


@pytest.mark.parametrize("area", AREAS)
def test_make_messages_would_change_nothing(area: str) -> None:
    assert catalogues.in_step(area) == (catalogues.po_path(area).read_bytes(), 0)


@pytest.mark.parametrize("area", AREAS)
def test_a_compiled_catalogue_is_the_written_one(area: str) -> None:
    assert catalogues.binary_words(area) == catalogues.words(catalogues.read(area))


def test_placeholders_are_the_same_in_both_languages() -> None:
    wrong = []
    for area in AREAS:
        for message in catalogues.read(area):
            if not message.id:
                continue
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            strings = [message.string] if isinstance(message.string, str) else list(message.string)
            marks = {frozenset(_MARK.findall(text)) for text in ids}
            wrong += [
                (area, text) for text in strings if frozenset(_MARK.findall(text)) not in marks
            ]
    assert wrong == []


_MARK = re.compile(r"%\(\w+\)[sd]|%s|%d|\{\w*\}")


def test_one_word_has_one_translation_in_all_areas() -> None:
    """Django merges the catalogues: of two translations one would win everywhere."""
    found: dict[tuple[str | None, str], dict[str, str]] = {}
    for area in AREAS:
        for message in catalogues.read(area):
            if message.id:
                first = message.id if isinstance(message.id, str) else message.id[0]
                string = message.string if isinstance(message.string, str) else message.string[0]
                if string:
                    found.setdefault((message.context, first), {})[area] = string
    wrong = {key: said for key, said in found.items() if len(set(said.values())) > 1}
    assert wrong == {}
