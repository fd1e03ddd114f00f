"""How samples are told on pages: the method in a word and in a sentence, weights, why an entry was drawn."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from declarations.models import Declaration, RegisterSample
from declarations.registers.telling import checksum, period
from declarations.sampling.risks import RISKS
from declarations.sampling.work_paper import why
from workflows.words import N_

__all__ = ["checksum", "explained", "missing", "name", "period", "weights", "why"]

_NAMES = {"random": N_("At random"), "value": N_("By value"), "risk": N_("By risk")}
_EXPLAINED = {
    "random": N_("Every entry has the same chance. What you find can be said of the whole register."),
    "value": N_("Every unit of money has the same chance. What is worth at least the interval is certain to be there."),
    "risk": N_("Entries with reasons for a closer look have more tickets. It finds more, and says less of the whole."),
}


def name(method: str) -> str:
    """The method in a word."""
    return str(_(_NAMES[method]))


def explained(method: str) -> str:
    """What it means to draw so."""
    return str(_(_EXPLAINED[method]))


def weights() -> Sequence[tuple[str, int]]:
    """Each risk and what it adds to the one ticket that everybody has."""
    return [(str(_(risk.words)), risk.weight) for risk in RISKS.values()]


def missing(sample: RegisterSample, shown: Mapping[str, Declaration]) -> int:
    """How many of the sample the reader may not open."""
    return sum(one["number"] not in shown for one in sample.drawn)
