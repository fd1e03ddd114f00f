"""What stands in a form is heard as a whole: answers, slips, who is meant, the facts so far, and what the policy would say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from declarations import casework, counterparties, world
from declarations.counterparties import ALIKE, NewCounterparty, Suggestion
from declarations.filing import queries
from declarations.filing.usual import Usual, usual
from declarations.models import Counterparty, Person
from declarations.viewer import Viewer
from workflows.facts import Facts
from workflows.kinds import Answer, Question, Questionnaire
from workflows.kinds.circumstances import NAMES
from workflows.kinds.hearing import Misheard, hear, parse_day
from workflows.kinds.reading import OtherSide, known, problems, read
from workflows.kinds.sheets import sheet_of
from workflows.money import Money
from workflows.words import CounterpartyClass, Direction, Kind, ValueBasis


@dataclass(frozen=True)
class Heard:
    """A form as it was understood. `problems` name questions; `wanting` are those among them that simply have no answer yet."""

    sheet: Questionnaire
    direction: Direction | None
    answers: Mapping[str, Answer]
    problems: Mapping[str, str]
    wanting: frozenset[str]
    asked: tuple[Question, ...]
    known: Counterparty | None
    sames: tuple[Suggestion, ...]
    facts: Facts
    usual: Usual

    @property
    def open(self) -> tuple[Question, ...]:
        """Circumstances that rules read and nobody has answered yet: what the policy says so far is not its last word."""
        return tuple(question for question in self.asked if question.name in NAMES and question.name in self.problems)

    @property
    def newcomer(self) -> NewCounterparty | None:
        """The counterparty nobody knows yet, as it was described; None if it is known or not named."""
        name = str(self.answers.get("counterparty", ""))
        if self.known is not None or not name:
            return None
        return NewCounterparty(
            name=name,
            class_=self.facts.counterparty_class,
            country=str(self.answers.get("counterparty_country", "")) or None,
            registered_number=str(self.answers.get("registered_number", "")) or None,
        )


def listen(
    session: Session,
    viewer: Viewer,
    kind: Kind,
    typed: Mapping[str, str],
    *,
    locale: str,
    today: date,
    company_id: int | None = None,
) -> Heard:
    """Understand what `viewer` typed into the form of `kind`; `today` is their local day, `locale` the language they write in.

    What is asked goes by the policy of `company_id`, the viewer's own where nothing is said.
    """
    sheet = sheet_in_force(session, viewer, company_id or viewer.company_id, kind, typed, today)
    direction = Direction(typed["direction"]) if typed.get("direction") in list(Direction) else None
    colleagues = queries.colleagues_named(session, sheet, typed)
    answers, misheard = hear(sheet, typed, locale=locale, currency=viewer.currency, colleagues=colleagues)
    meant = _meant(session, answers, viewer.person_id)
    other = OtherSide(meant.id, meant.group_id, meant.name, meant.class_, meant.country) if meant else None
    found = problems(kind, answers, filed_on=today, direction=direction, counterparty=other, sheet=sheet)
    facts = read(
        kind,
        answers,
        declarant_id=viewer.person_id,
        filed_on=today,
        direction=direction,
        counterparty=other,
        country=viewer.country,
        sheet=sheet,
    )
    name = str(answers.get("counterparty", ""))
    return Heard(
        sheet=sheet,
        direction=direction or sheet.direction,
        answers=answers,
        problems={
            question.name: (found | misheard)[question.name] for question in sheet.questions if question.name in found | misheard
        },
        wanting=frozenset(name for name in found if name not in misheard and name not in answers),
        asked=sheet.asked(known(answers, direction=direction or sheet.direction, counterparty=other)),
        known=meant,
        sames=likely(session, name, viewer.person_id) if name and meant is None else (),
        facts=facts,
        usual=usual(session, viewer, meant, answers),
    )


def sheet_in_force(
    session: Session, viewer: Viewer, company_id: int, kind: Kind, typed: Mapping[str, str], today: date
) -> Questionnaire:
    """The questions that the policy of that company (and of the viewer's second one) asks of what happened on the day typed, or of
    what is filed today."""
    line = world.companies_above(session, company_id)
    try:
        on = parse_day(typed["occurred_on"]) if kind not in (Kind.INTEREST, Kind.CONFLICT) and "occurred_on" in typed else today
    except Misheard:
        on = today
    return sheet_of(kind, world.policy_of(session, viewer.person_id, line, on))


def _meant(session: Session, answers: Mapping[str, Answer], by_id: int) -> Counterparty | None:
    """Who the name stands for, if that is certain."""
    name = str(answers.get("counterparty", ""))
    if not name:
        return None
    number, country = (str(answers.get(field, "")) or None for field in ("registered_number", "counterparty_country"))
    return counterparties.find(session, NewCounterparty(name, CounterpartyClass.UNKNOWN, country, number), by_id=by_id)


def likely(session: Session, name: str, viewer_id: int) -> tuple[Suggestion, ...]:
    """Up to three counterparties `name` may be another spelling of, to be asked about, never to be merged unasked."""
    alike = counterparties.suggest(session, name, 6, viewer_id=viewer_id)
    return tuple([one for one in alike if one.score >= ALIKE and len(name) > 2][:3])


def preview(
    session: Session, viewer: Viewer, heard: Heard, *, prepared_by_id: int | None = None, besides: int | None = None
) -> casework.Preview:
    """What would happen with what is there so far; a day not yet given is today, a worth not yet given nothing."""
    facts = heard.facts
    if facts.occurred_on is None:
        facts = replace(facts, occurred_on=facts.filed_on)
    if "worth" in heard.problems:
        facts = replace(facts, value=Money(0, viewer.currency), value_basis=ValueBasis.ESTIMATED, own_share=None)
    declarant = session.get_one(Person, viewer.person_id)
    return casework.preview(session, declarant=declarant, facts=facts, prepared_by_id=prepared_by_id, besides=besides)
