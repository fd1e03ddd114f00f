"""Whether a draft could be a version: what stands against it, each sentence with the rule and the key it is about."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from workflows.policy.check import check
from workflows.policy.document import Document, PolicyError, load

_PLACE = re.compile(r"^[^,:]+(?:, rule (?P<rule>[^,:]+))?(?:, (?P<key>[\w.+-]+))?(?:, [\w.+-]+)*: (?P<said>.+)$", re.S)

_INNER = re.compile(r"^(?P<key>[a-z_]+(?:\.[\w]+)*): (?P<said>.+)$", re.S)


@dataclass(frozen=True)
class Problem:
    """One thing against a draft: a sentence, the id (or number) of the rule and the dotted key it is about, if any."""

    sentence: str
    rule: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class Checked:
    """A draft after the check: its document if it reads, and everything that stands against it."""

    document: Document | None
    problems: tuple[Problem, ...]

    def about(self, rule: str | None, number: int) -> tuple[Problem, ...]:
        """The problems of the rule with that id, or if it has none of its own, that number (from 1)."""
        return tuple(one for one in self.problems if one.rule is not None and one.rule in (rule, str(number)))


def checked(text: str, name: str, others: Sequence[Document]) -> Checked:
    """Check the TOML `text`, which errors call `name`, on its own and beside `others`."""
    sentences = check(text, name, others)
    try:
        document: Document | None = load(text, name)
    except PolicyError:
        document = None
    return Checked(document, tuple(_problem(sentence, name) for sentence in sentences))


def _problem(sentence: str, name: str) -> Problem:
    bare = sentence.removeprefix(f"{name}: ")
    found = _PLACE.match(bare)
    if found is None:
        return Problem(bare)
    said, key = found["said"], found["key"]
    inner = _INNER.match(said) if key in ("when", "unless") else None
    if inner:
        said, key = inner["said"], f"{key}.{inner['key']}"
    return Problem(said[:1].upper() + said[1:], found["rule"], key)


def too_early(document: Document, versions: Iterable[date], today: date) -> str | None:
    """Why the document cannot take effect on its day: a slug, "past" or "not_later", or None.

    `versions` are the days of those published before it, `today` the day it is there.
    """
    if document.effective_from < today:
        return "past"
    newest = max(versions, default=None)
    return "not_later" if newest is not None and document.effective_from <= newest else None
