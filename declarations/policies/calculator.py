"""Ask before you say yes: the same policy engine, asked about something made up. Nothing is kept and nobody is told."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import casework, counterparties, explanations
from declarations.display import _, text
from declarations.explanations import Card
from declarations.labels import label
from declarations.models import Counterparty, Person
from declarations.policies.reading import your_deciders
from declarations.viewer import Viewer
from workflows.facts import Facts
from workflows.kinds.circumstances import NAMES
from workflows.kinds.sheets import sheet_of
from workflows.money import Money
from workflows.policy.assessment import Assessment
from workflows.policy.in_force import InForce
from workflows.words import Direction, Disposition, Kind, Outcome, ValueBasis


@dataclass(frozen=True)
class Asked:
    """A question to the calculator; `heads` share the `worth`, `class_` holds only for somebody we do not know."""

    kind: Kind
    direction: Direction
    form: str | None
    other_side: str
    class_: str
    worth: Money
    heads: int = 1
    official: bool = False


@dataclass(frozen=True)
class Answer:
    """What would happen: a chip, the findings, what one may do instead, problems if it cannot be answered."""

    words: str
    family: str
    icon: str
    cards: tuple[Card, ...]
    conversion: str
    ways: str  # what one may lawfully do instead
    problems: tuple[str, ...]
    other_side: str  # the counterparty it was taken for, empty if it was not known


_CHIPS = {
    Outcome.NO_DECLARATION: ("good", "check"),
    Outcome.RECORD: ("good", "archive"),
    Outcome.MANAGER: ("good", "user-check"),
    Outcome.COMPLIANCE: ("warn", "users"),
    Outcome.EXECUTIVE: ("warn", "users"),
    Outcome.PROHIBITED: ("bad", "ban"),
    Outcome.INVALID: ("warn", "circle-question-mark"),
}


def answer(session: Session, viewer: Viewer, asked: Asked, today: date) -> Answer:
    """The policy's answer if `viewer` declared such a thing today; their own earlier declarations are counted in."""
    declarant = session.get_one(Person, viewer.person_id)
    facts, known = _facts(session, asked, viewer, today)
    seen = casework.preview(session, declarant=declarant, facts=facts)
    found = seen.assessment
    family, icon = _CHIPS[found.outcome]
    titles = {document.key: text(document.title.by_language) for document in seen.world.policy.documents}
    return Answer(
        words=_words(found),
        family=family,
        icon=icon,
        cards=tuple(explanations.of_assessment(found, viewer, titles)),
        conversion=explanations.conversion(found),
        ways=explanations.ways(found, facts),
        problems=(*(_(problem) for problem in found.problems), *_besides(asked, seen.world.policy)),
        other_side=known,
    )


def _besides(asked: Asked, policy: InForce) -> Iterator[str]:
    """That the form of such a thing asks for more than the calculator, where a rule reads it."""
    known = {"direction": str(asked.direction), "counterparty_known": "yes", "host_present": "yes"}
    for question in sheet_of(asked.kind, policy).asked(known):
        if question.name in NAMES and question.required:
            words, _hint = question.words(asked.direction)
            yield _("The form asks more, such as “%(question)s”, and the answer may then be stricter.", question=_(words))
            return


def _facts(session: Session, asked: Asked, viewer: Viewer, today: date) -> tuple[Facts, str]:
    """The facts such a thing would have, and the name of the counterparty if it is one we know."""
    received_gift = asked.kind is Kind.GIFT and asked.direction is Direction.RECEIVED
    facts = Facts(
        kind=asked.kind,
        declarant_id=viewer.person_id,
        filed_on=today,
        occurred_on=today if received_gift else today + timedelta(1),
        direction=asked.direction,
        counterparty_class=asked.class_,
        country=viewer.country,
        value=asked.worth,
        value_basis=ValueBasis.ESTIMATED,
        heads=max(1, asked.heads),
        form=asked.form,
        disposition=Disposition.KEPT if received_gift else Disposition.UNDECIDED,
        officials=int(asked.official),
        host_present=True if asked.kind is Kind.ENTERTAINMENT else None,
    )
    found = counterparties.suggest(session, asked.other_side, 1, viewer_id=viewer.person_id) if asked.other_side else []
    if not found or not found[0].same:
        return facts, ""
    row = session.scalars(select(Counterparty).where(Counterparty.id == found[0].id)).one()
    known = replace(facts, counterparty_id=row.id, counterparty_group_id=row.group_id, counterparty_class=row.class_)
    return known, row.name


def _words(found: Assessment) -> str:
    if found.outcome in (Outcome.NO_DECLARATION, Outcome.PROHIBITED, Outcome.INVALID):
        return label("outcome", found.outcome)
    return your_deciders(found.reviews)
