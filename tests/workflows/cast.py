"""A small company to play declarations in, with invented people and a policy of one rule per route.

The country chooses the route: AM manager, AB both, AC compliance, AX executive, AZ all three, AP prohibited.
Any other is recorded.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from workflows import (
    Action,
    Actor,
    Case,
    Company,
    Facts,
    Inputs,
    Org,
    Person,
    Role,
    State,
    Step,
    World,
    advance,
)
from workflows.money import Money, Rates
from workflows.policy.document import parse
from workflows.policy.in_force import InForce
from workflows.words import DECIDED, Direction, Disposition, Kind, Outcome, ValueBasis

HEAD, DIRECTOR, MANAGER, ANNA, SAM = 1, 2, 3, 4, 5
OLGA, OTTO, GRETA, EVE, TRAINEE, ERIK = 6, 7, 8, 9, 11, 12
OWN, GROUP = 20, 10  # companies

TODAY = date(2026, 11, 18)  # a Wednesday
NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
KINDS = [kind.value for kind in Kind]

ROUTES = {
    "AM": ["manager"],
    "AB": ["manager", "compliance"],
    "AC": ["compliance"],
    "AX": ["executive"],
    "AZ": ["manager", "compliance", "executive"],
    "AP": "prohibited",
}


def _said(text: str) -> dict[str, str]:
    return {"en": text, "da": text, "ja": text}


def _paragraph(clause: str) -> dict[str, Any]:
    return {"clause": clause, "heading": _said(clause), "sentence": _said(clause)}


POLICY = InForce(
    (
        parse(
            {
                "key": "code",
                "title": _said("Code"),
                "effective_from": date(2000, 1, 1),
                "approved_by": "The board",
                "approved_on": date(1999, 12, 1),
                "base_currency": "EUR",
                "time_zone": "Europe/Copenhagen",
                "holiday_calendar": "DK",
                "filing": {"days": 30},
                "deadlines": {
                    "manager": {"remind_after": 3, "escalate_after": 5},
                    "compliance": {"remind_after": 2, "escalate_after": 4},
                    "executive": {"remind_after": 5, "escalate_after": 10},
                },
                "otherwise": {**dict.fromkeys(KINDS, "record"), **_paragraph("1")},
                "not_kept": _paragraph("2"),
                "rules": [
                    {
                        "id": f"route-{where.lower()}",
                        "kinds": KINDS,
                        "when": {"country": [where]},
                        "outcome": route,
                        **_paragraph(where),
                    }
                    for where, route in ROUTES.items()
                ],
            },
            "code",
        ),
    )
)
NO_POLICY = InForce()

PEOPLE = {
    HEAD: Person(HEAD, "Hedvig Head"),
    DIRECTOR: Person(DIRECTOR, "Dirk Director", manager_id=HEAD),
    MANAGER: Person(MANAGER, "Mona Manager", manager_id=DIRECTOR),
    ANNA: Person(ANNA, "Anna Abild", manager_id=MANAGER),
    SAM: Person(SAM, "Sam Stand", manager_id=DIRECTOR),
    OLGA: Person(OLGA, "Olga Officer"),
    OTTO: Person(OTTO, "Otto Officer"),
    GRETA: Person(GRETA, "Greta Group"),
    EVE: Person(EVE, "Eve Executive"),
    TRAINEE: Person(TRAINEE, "Tom Trainee", manager_id=ANNA),
    ERIK: Person(ERIK, "Erik Executive"),
}
ORG = Org(
    PEOPLE,
    line=(MANAGER, DIRECTOR, HEAD),
    officers=((OWN, (OLGA, OTTO)), (GROUP, (GRETA,))),
    executives=(EVE, ERIK),
    below=frozenset({TRAINEE}),
)
COMPANY = Company(OWN, "KD-DK", "Kreds Danmark", "DK", "EUR", COPENHAGEN, frozenset({date(2026, 12, 24), date(2026, 12, 25)}))


def away(person_id: int, substitute_id: int) -> Person:
    return replace(PEOPLE[person_id], substitute_id=substitute_id, away_until=TODAY + timedelta(7))


def gone(person_id: int) -> Person:
    return replace(PEOPLE[person_id], active=False)


def org(*changed: Person, **fields: Any) -> Org:
    """ORG with these people replaced and these fields set."""
    return replace(ORG, people=PEOPLE | {person.id: person for person in changed}, **fields)


def world(organisation: Org = ORG, now: datetime = NOON, **fields: Any) -> World:
    return replace(World(now, COMPANY, POLICY, Rates({}), organisation), **fields)


def on(day: date) -> datetime:
    """Noon of `day`, UTC."""
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def facts(country: str | None = "AM", **fields: Any) -> Facts:
    """A lunch for EUR 100 received last week, sent the way `country` says."""
    known: dict[str, Any] = {
        "kind": Kind.ENTERTAINMENT,
        "declarant_id": ANNA,
        "filed_on": TODAY,
        "occurred_on": TODAY - timedelta(7),
        "direction": Direction.RECEIVED,
        "title": "Lunch",
        "country": country,
        "value": Money(10000, "EUR"),
        "value_basis": ValueBasis.KNOWN,
        "counterparty_id": 1,
        "counterparty_group_id": 1,
    }
    return Facts(**(known | fields))


def interest(country: str | None = "AM", **fields: Any) -> Facts:
    """A standing interest that began a year ago."""
    known: dict[str, Any] = {
        "kind": Kind.INTEREST,
        "direction": None,
        "value": None,
        "value_basis": ValueBasis.NOT_ASKED,
        "occurred_on": TODAY - timedelta(365),
    }
    return facts(country, **(known | fields))


def conflict(country: str | None = "AM", **fields: Any) -> Facts:
    return interest(country, **({"kind": Kind.CONFLICT} | fields))


def actor(person_id: int, *, for_: tuple[int, ...] = (), roles: frozenset[Role] | None = None) -> Actor:
    """This person, with the roles they hold in ORG and the people they stand in for."""
    held = {
        Role.COMPLIANCE_OFFICER: person_id in (OLGA, OTTO, GRETA),
        Role.EXECUTIVE_REVIEWER: person_id in (EVE, ERIK),
    }
    found = frozenset(role for role, holds in held.items() if holds) if roles is None else roles
    return Actor(person_id, found, frozenset(for_))


CLOCK = Actor(None)
NOTHING = Inputs()
WHY = Inputs(reason="Because of this.")
REFUSAL = Inputs(reason="Too much.", disposition="return_it")


@dataclass
class Play:
    """One declaration from its draft on: does what casework.py does with each Step, and remembers them."""

    case: Case
    world: World = field(default_factory=world)
    steps: list[Step] = field(default_factory=list)

    @classmethod
    def draft(cls, declared: Facts | None = None, where: World | None = None) -> "Play":
        return cls(Case(State.DRAFT, declared or facts()), where or world())

    @classmethod
    def filed(cls, declared: Facts | None = None, where: World | None = None) -> "Play":
        play = cls.draft(declared, where)
        play.do(Action.FILE, ANNA)
        return play

    def do(self, action: Action, who: int | Actor = CLOCK, inputs: Inputs = NOTHING, declared: Facts | None = None) -> Step:
        """`action` by `who`, and the case as it is afterwards."""
        by = actor(who) if isinstance(who, int) else who
        step = advance(self.case, action, by, self.world, inputs, declared)
        self.case = after(self.case, step, self.world, declared)
        self.steps.append(step)
        return step

    def turn(self, **fields: Any) -> None:
        """The world goes on."""
        self.world = replace(self.world, **fields)


def after(case: Case, step: Step, where: World, declared: Facts | None) -> Case:
    """The case as stored after `step`, whose every field about the turn replaces the one before."""
    files = step.action in (Action.FILE, Action.IMPORT, Action.CORRECT) or declared is not None
    turn = step.assignment
    return replace(
        case,
        state=step.state,
        facts=declared or case.facts,
        assessment=step.assessment or case.assessment,
        prohibited=step.assessment.outcome is Outcome.PROHIBITED if step.assessment else case.prohibited,
        imported=case.imported or step.action is Action.IMPORT,
        filing=case.filing + files,
        filed_at=case.filed_at or where.now,
        decided_at=where.now if step.state in DECIDED and step.decided else case.decided_at,
        decisions=(*case.decisions, step.decided) if step.decided else case.decisions,
        review=turn.review if turn else None,
        assignee_id=turn.person_id if turn else None,
        assigned_for_id=turn.for_id if turn else None,
        pool_company_id=turn.pool_company_id if turn else None,
        due_on=step.due_on,
        reminded=step.reminded,
        returns_to=step.returns_to,
        escalated=step.escalated,
    )


GIVEN_BACK = {"disposition": Disposition.RETURNED}
