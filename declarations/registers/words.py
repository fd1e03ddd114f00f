"""A register speaks one language from the first sheet to the last; each slug is looked up once."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from declarations.labels import label
from declarations.registers.safe_cell import Texts
from workflows.words import N_

FIGURES = {
    "value": N_("value"),
    "per_head": N_("a head"),
    "whole": N_("whole"),
    "before": N_("before"),
    "now": N_("now"),
    "total": N_("total"),
    "count": N_("count"),
    "percent": N_("percent"),
    "limit": N_("limit"),
    "share": N_("share"),
    "days_late": N_("days late"),
}
DECISIONS = {
    "approve": N_("Approved"),
    "approve_with_conditions": N_("Approved with conditions"),
    "refuse": N_("Refused"),
    "send_back": N_("Sent back"),
    "escalate": N_("Escalated"),
    "request_approval": N_("Asked to be approved"),
    "advise": N_("Advised"),
}


class Words:
    """Labels in the language in force when it was made (`force_locale`)."""

    def __init__(self) -> None:
        self.language = str(get_locale().language)
        self.label: Callable[[str, str], str] = lru_cache(maxsize=4096)(label)
        self.yes, self.no = str(_("Yes")), str(_("No"))
        self.met, self.open = str(_("met")), str(_("open"))
        self.figures = {slug: _(name) for slug, name in FIGURES.items()}
        self.decisions = {slug: _(name) for slug, name in DECISIONS.items()}
        self.say: Callable[[str], str] = lru_cache(maxsize=4096)(_)
        self._said: dict[str, tuple[Sequence[Any], Texts]] = {}

    def put(self, key: str, told: Callable[[Any, "Words"], str | None], values: Sequence[Any]) -> Texts:
        """A column's values in words, `told` one by one; once where a sheet's rows and its lines speak the same language."""
        of, texts = self._said.get(key, (None, Texts()))
        if of is not values:
            texts = Texts([None if value is None else told(value, self) or None for value in values])
            self._said[key] = values, texts
        return texts

    def of(self, family: str, slug: str | None) -> str | None:
        """The word for a slug, None for none."""
        return self.label(family, slug) if slug else None

    def text(self, table: Mapping[str, str] | None) -> str:
        """A policy text in this language, English where it has no other."""
        if not table:
            return ""
        return table.get(self.language) or table.get("en") or next(iter(table.values()))
