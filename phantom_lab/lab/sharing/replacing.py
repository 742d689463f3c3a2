"""What stands for what is private: of the same kind and shape, the same everywhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import count

from phantom_lab.lab.sharing import rules
from phantom_lab.lab.sharing.finding import Finder, repacked, unpacked
from phantom_lab.lab.sharing.shapes import as_it_is, cased, escaped, numbered, path_quoted, quoted, shaped, tree
from phantom_lab.later import dataclass

_LEAST = {rules.USERS: 3, rules.CREDENTIALS: 4}
"""Characters of what is told from other words wherever it stands."""
_SURE = 12
"""From so many characters on, what is private is no part of another word by chance."""
_TRIES = 400
"""So many replacements are tried of one length; half of them must stand nowhere."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Values that were found, and are left as they are."""

    kind: str
    values: int
    why: str


class Replacements:
    """Chooses what stands for what, and replaces it.

    Args:
        finder: what was found.
        there: what no replacement may be: a text of everything that there is.
    """

    def __init__(self, finder: Finder, there: str) -> None:
        self.kept: list[Kept] = []
        self.kinds: dict[str, str] = {}
        """Of every form of a text that is replaced."""
        self.places: Counter[str] = Counter()
        """How often something of a kind was replaced so far."""
        self.numbers = {one: int(shaped(str(one))) for one in finder.numbers}
        self._there = there.casefold()
        self._exact: dict[str, str] = {}
        self._words: dict[str, str] = {}
        """By text in lower case."""
        self._bounded: set[str] = set()
        """Of the exact ones, those that are short, and replaced only where they stand alone."""
        self._chosen: dict[str, str] = {}
        """Kinds of what is replaced, each form of a text once."""
        self._used: set[str] = set()
        self._count: Counter[str] = Counter()
        for kind in (rules.PATHS, rules.TOKENS, rules.CREDENTIALS, rules.OWN, rules.HASHES, rules.MAIL, rules.HOSTS,
                     rules.IPS, rules.USERS):
            self._choose(kind, finder.found.get(kind, {}), finder.identifiers)
        self._pattern = self._patterned()

    def also(self, texts: Mapping[str, str], kind: str) -> None:
        """Replace these as well, by what is given."""
        for text, other in texts.items():
            self._exact[text], self.kinds[text], self._chosen[text] = other, kind, kind
        self._pattern = self._patterned()

    def __call__(self, text: str) -> str:
        """A text without anything private; of base64 what it stands for."""
        if not self.kinds:
            return text
        changed = repacked(text, self)
        return self._pattern.sub(self._instead, text) if changed is None else changed

    def values(self) -> Counter[str]:
        """How many texts and numbers of every kind there are."""
        return Counter(self._chosen.values()) + Counter({rules.CREDENTIALS: len(self.numbers)})

    def left(self, text: str) -> Counter[str]:
        """By kind, how much of what is private stands in a text as it is, or in what it is the base64 of."""
        inner = unpacked(text)
        return Counter(self._kind(found[0]) for found in self._pattern.finditer(text if inner is None else inner))

    def plain(self) -> list[tuple[str, str]]:
        """Kinds and texts of what is looked for as it is, wherever it stands."""
        return [(self.kinds[one], one) for one in self._exact if one not in self._bounded]

    def _patterned(self) -> re.Pattern[str]:
        """The longest is found first; what is short, and words, only where no letter or digit stands beside them."""
        exact = self._exact.keys() - self._bounded
        parts = [tree(exact)] if exact else []
        parts += [rf"(?<![^\W_])(?:{tree(self._bounded)})(?![^\W_])"] if self._bounded else []
        parts += [rf"(?<![^\W_])(?i:{tree(self._words)})(?![^\W_])"] if self._words else []
        return re.compile("|".join(parts) or r"(?!)")

    def _instead(self, found: re.Match[str]) -> str:
        text = found[0]
        self.places[self._kind(text)] += 1
        if text in self._exact:
            return self._exact[text]
        return cased(self._words.get(text.lower()) or self._words[text.casefold()], text)

    def _kind(self, text: str) -> str:
        return self.kinds.get(text) or self.kinds.get(text.lower()) or self.kinds[text.casefold()]

    # -- choosing ----------------------------------------------------------------------------------------------------

    def _choose(self, kind: str, texts: Iterable[str], identifiers: set[str]) -> None:
        why: Counter[str] = Counter()
        for text in sorted(texts, key=lambda one: (len(one), one)):
            if text in self._exact or text.lower() in self._words:
                continue
            if (reason := self._reason(kind, text, identifiers)) is not None:
                why[reason] += 1
            elif kind == rules.MAIL and self._is_within(text):
                continue
            else:
                self._add(kind, text)
        self.kept += [Kept(kind, number, reason) for reason, number in why.items() if reason]

    def _reason(self, kind: str, text: str, identifiers: set[str]) -> str | None:
        """Why a text is left as it is, empty where that needs no words; None: it is not."""
        if kind in (rules.USERS, rules.HOSTS) and text.casefold() in rules.COMMON:
            return ""
        if text.casefold() in identifiers:
            return "a name in the code or of a field, too"
        if len(text) < _LEAST.get(kind, 1):
            return f"shorter than {_LEAST[kind]} characters, which may stand anywhere"
        return None

    def _is_within(self, domain: str) -> bool:
        return any(domain.lower().endswith(f".{one}") for one in self._words)

    def _add(self, kind: str, text: str) -> None:
        self._chosen[text] = kind
        if kind in (rules.USERS, rules.MAIL, rules.HOSTS, rules.IPS):
            other = self._free(kind, lambda number: numbered(kind, text, number))
            for form in (as_it_is, escaped):
                self._words.setdefault(form(text).lower(), other)
                self.kinds.setdefault(form(text).lower(), kind)
            return
        other = self._free(kind, lambda number: f"/playbooks{number if number > 1 else ''}"
                           if kind == rules.PATHS else shaped(text))
        for form in (as_it_is, escaped, path_quoted, quoted):
            self._exact.setdefault(form(text), form(other))
            self.kinds.setdefault(form(text), kind)
            if len(text) < _SURE and kind != rules.PATHS:
                self._bounded.add(form(text))

    def _free(self, kind: str, make: Callable[[int], str]) -> str:
        """The next one that stands nowhere yet; of what is too short for that, one that stands for nothing else."""
        for attempt in count():
            self._count[kind] += 1
            made = make(self._count[kind]) + "x" * (attempt // _TRIES)
            if made not in self._used and (attempt > _TRIES // 2 or made.casefold() not in self._there):
                break
        self._used.add(made)
        return made
