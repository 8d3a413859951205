"""How likely a word is in a person's or place's name: frequencies mixed with letter sequences.

Knows the words of a round's pre-list, and that most unknown words are spelt like known ones. Must
not know ink, boxes or forms. P(word) mixes its frequency in the list with a Witten-Bell trigram of
letters; the share of the latter is that of new words a list of this size foresees. No word has 0.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import accumulate

from papi.checking.name_words import FREQUENT, TITLES

_WORD = re.compile(r"[A-Z][A-Z.'-]*")
_SYMBOLS = 30
"""Letters, point, apostrophe, dash and the end of the word."""
_END = "$"
_START = "^^"
_AFTER_ALL = "\x7f"
_NEW_LEAST, _NEW_MOST = 0.03, 0.5
"""Bounds of the share of written words that no list has (nicknames, new members, misspellings)."""
_REMEMBERED = 200_000
"""Prefixes kept with their probability: about 20 MB."""


def name_words(name: str) -> list[str]:
    """Return the words of a name as they are written in boxes of capitals."""
    return _WORD.findall(name.upper())


class NameModel:
    """Probability of a word and of its beginning. 30,000 words are learnt in about 0.3 s."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Learn from words and how many people bear each."""
        self._counts = {word: n for word, n in counts.items() if n > 0 and _WORD.fullmatch(word)}
        self._words = sorted(self._counts)
        self._before = [0, *accumulate(self._counts[word] for word in self._words)]
        self._total = self._before[-1]
        self._known = 1.0 - self._share_of_new()
        self._after = _successors(self._words)
        self._spelt: dict[str, float] = {"": 1.0}
        self._begun: dict[str, float] = {}
        self._ended: dict[str, float] = {}

    def __bool__(self) -> bool:
        """Tell whether anything was learnt."""
        return bool(self._words)

    def _share_of_new(self) -> float:
        """Return Good and Turing's estimate: as many new words as there are words seen once."""
        once = sum(1 for n in self._counts.values() if n == 1)
        return min(_NEW_MOST, max(_NEW_LEAST, once / self._total if self._total else _NEW_MOST))

    def lists(self, word: str) -> bool:
        """Tell whether somebody bears this word."""
        return word in self._counts

    def word(self, word: str, without: int = 0) -> float:
        """Return P(word), with `without` of its bearers left out (0..1, above 0)."""
        spelt = self._ended.get(word)
        if spelt is None:
            spelt = self._ended[word] = self._spelling(word) * self._next(word, _END)
        return self._mixed(max(0, self._counts.get(word, 0) - without), spelt)

    def beginning(self, prefix: str) -> float:
        """Return P(a word begins with `prefix`), 0..1, above 0."""
        known = self._begun.get(prefix)
        if known is None:
            self._forget()
            low = bisect_left(self._words, prefix)
            high = bisect_left(self._words, prefix + _AFTER_ALL)
            listed = self._before[high] - self._before[low]
            known = self._begun[prefix] = self._mixed(listed, self._spelling(prefix))
        return known

    def _forget(self) -> None:
        if len(self._begun) > _REMEMBERED:
            self._begun.clear()
            self._ended.clear()
            self._spelt = {"": 1.0}

    def _mixed(self, listed: int, spelt: float) -> float:
        share = listed / self._total if self._total else 0.0
        return self._known * share + (1.0 - self._known) * spelt

    def _spelling(self, prefix: str) -> float:
        known = self._spelt.get(prefix)
        if known is None:
            known = self._spelling(prefix[:-1]) * self._next(prefix[:-1], prefix[-1])
            self._spelt[prefix] = known
        return known

    def _next(self, prefix: str, letter: str) -> float:
        """Return P(letter after prefix), backing off from two letters of context to none."""
        context = (_START + prefix)[-2:]
        p = 1.0 / _SYMBOLS
        for length in (0, 1, 2):
            seen = self._after.get(context[2 - length :])
            if seen is None:
                break
            kinds = len(seen)
            total = seen.total()
            p = (seen[letter] + kinds * p) / (total + kinds)
        return p


def _successors(words: Iterable[str]) -> dict[str, Counter[str]]:
    """Count what follows each context of up to two letters, each word once."""
    after: dict[str, Counter[str]] = defaultdict(Counter)
    for word in words:
        text = _START + word + _END
        for i in range(2, len(text)):
            for length in (0, 1, 2):
                after[text[i - length : i]][text[i]] += 1
    return dict(after)


class NameBook:
    """The words of people and of places that a round knows.

    Attributes:
        people: model of the words of people's names.
        places: model of the words of places; empty (false) without a list.
    """

    def __init__(self, people: Mapping[str, int], places: Mapping[str, int]) -> None:
        """Learn from words and their counts; frequent words of the language are added once."""
        self.people = NameModel(Counter(dict.fromkeys(TITLES + FREQUENT, 1)) + Counter(people))
        self.places = NameModel(places)
