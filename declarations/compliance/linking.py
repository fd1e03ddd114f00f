"""What linking two counterparties would change, worked out before anything is changed; no declaration's own row ever does."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from declarations.compliance.firms import Firm
from declarations.compliance.reach import Reach
from declarations.compliance.totals import Standing, standings
from declarations.models import Counterparty, Declaration, Person
from declarations.twelve_months import NOT_COUNTED
from workflows.money import Money

SAME, GROUP = "same", "group"
_MOST_PEOPLE = 500
_SHOWN = 20
COUNTED = 1_000


@dataclass(frozen=True)
class Together:
    """One person's total before, with each of the two, and after; `limit_words` come from `standing`."""

    standing: Standing
    before: Money
    other: Money
    after: Money

    @property
    def over(self) -> bool:
        """Whether together they pass the limit."""
        return self.after.minor > self.standing.limit.amount.minor


@dataclass(frozen=True)
class Effect:
    """What would count together: how many declarations of how many people move, and whose totals join."""

    declarations: int
    people: int
    joined: tuple[Together, ...]
    newly_over: int


def effect(session: Session, reach: Reach, moving: Collection[int], staying: Collection[int], today: date) -> Effect:
    """What changes when the counterparties `moving` count with those of `staying` (ids), as far as the reader sees it."""
    some = (
        select(Declaration.id, Declaration.declarant_id)
        .where(Declaration.counterparty_id.in_(sorted(moving)), Declaration.state.not_in(NOT_COUNTED), reach.seen())
        .limit(COUNTED)
        .subquery()
    )
    counted = session.execute(select(func.count(some.c.id), func.count(func.distinct(some.c.declarant_id)))).one()
    people = session.execute(
        select(Declaration.declarant_id, Person.company_id)
        .join(Person, Person.id == Declaration.declarant_id)
        .where(Declaration.counterparty_id.in_(sorted(moving)), reach.seen())
        .distinct()
        .limit(_MOST_PEOPLE)
    )
    who = [(row.declarant_id, row.company_id) for row in people]
    here = {_key(one): one for one in standings(session, reach, who, today, firms=moving)}
    there = {_key(one): one for one in standings(session, reach, who, today, firms=staying)}
    joined = [_together(here[key], there[key]) for key in here if key in there]
    joined.sort(key=lambda one: (-one.after.minor / max(1, one.standing.limit.amount.minor), one.standing.person))
    return Effect(
        declarations=int(counted[0]),
        people=int(counted[1]),
        joined=tuple(joined[:_SHOWN]),
        newly_over=sum(one.over and not (here[_key(one.standing)].over or there[_key(one.standing)].over) for one in joined),
    )


def _key(one: Standing) -> tuple[int, tuple[str, str, str], str | None]:
    return one.person_id, one.limit.key, one.direction


def _together(here: Standing, there: Standing) -> Together:
    after = Money(here.total.minor + there.total.minor, here.total.currency)
    return Together(here, here.total, there.total, after)


def staying(session: Session, other: Counterparty) -> list[int]:
    """The ids of all that count together with `other`."""
    return list(session.scalars(select(Counterparty.id).where(Counterparty.group_id == other.group_id)))


def seen(moving: Firm, other: Counterparty) -> str:
    """What the confirmation was based on; the command refuses if it is no longer so."""
    row = moving.row
    parts = (row.same_as_id, row.group_id, len(moving.moving), other.id, other.same_as_id, other.group_id)
    return ".".join(str(part or 0) for part in parts)
