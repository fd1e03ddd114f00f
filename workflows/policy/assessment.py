"""What the policy answers: every finding, every figure and date it computed, and the reviews that follow."""

from dataclasses import dataclass
from datetime import date

from workflows.money import Conversion, Money
from workflows.words import Outcome, Review


@dataclass(frozen=True, slots=True)
class Figure:
    """One number an explanation shows. `name` is a slug out of a closed list (value, per_head, whole, before, now, total, count,
    percent, limit, share, days_late, own_share, heads); exactly one of `money`, `number` is set. `items` are the declarations
    counted in it; a total or count among an assessment's `totals` also carries the `rule` it was computed for, and its `limit`
    if any."""

    name: str
    money: Money | None = None
    number: int | None = None
    window: tuple[date, date] | None = None  # first and last day counted, both included
    items: tuple[int, ...] = ()
    rule: str = ""  # "document/rule"
    limit: Money | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that matched, or would have: its clause and sentence (language → text), and the figures it looked at."""

    rule: str
    document: str  # the document's key, e.g. "group-code"
    version: str  # the day it took effect, ISO
    clause: str
    heading: dict[str, str]
    sentence: dict[str, str]
    outcome: Outcome
    reviews: tuple[Review, ...] = ()
    figures: tuple[Figure, ...] = ()
    attributes: dict[str, str] | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """All findings of one assessment; the strictest decides and reviews unite.

    `problems` are sentences for INVALID (what is missing or impossible), `asked` how many rules were asked, `totals` the
    figures of every total computed whether its rule matched or not, `safe_default` what holds if nobody can answer in time.
    """

    outcome: Outcome
    reviews: tuple[Review, ...]
    findings: tuple[Finding, ...]
    totals: tuple[Figure, ...]
    problems: tuple[str, ...]
    asked: int
    conversion: Conversion | None
    per_head: Money | None
    whole: Money | None  # the whole item's value in the policy's currency
    policy_digest: str
    due_filing_on: date | None = None  # last day on which filing is in time
    days_late: int = 0
    safe_default: str | None = None
    attributes: dict[str, str] | None = None

    @property
    def without_policy(self) -> bool:
        """True where no document was in force on the event's day, so that nothing could be asked."""
        return (self.attributes or {}).get("policy") == "none_in_force"
