"""The demo's story: always the same, always ending today, and played by the rules like everybody's."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from declarations.counterparties import suggest
from declarations.demo import ordinary, scenes
from declarations.demo.people import COMPANIES, ROLES, everyone, personas
from declarations.demo.scene import Scene
from declarations.demo.seed import ORDINARY, SEED, NotADemo, Seeded, seed
from declarations.demo.stage import typed_in_full
from declarations.extensions import db
from declarations.models import (
    Company,
    Declaration,
    Delegation,
    Draft,
    Event,
    Filing,
    NamedPerson,
    Person,
    RegisterSample,
    RegisterSchedule,
)
from declarations.viewer import viewer
from declarations.visibility import in_queue_of
from workflows.kinds import KINDS
from workflows.kinds.hearing import hear
from workflows.kinds.reading import problems
from workflows.words import Kind, State

SUNDAY = datetime(2026, 11, 22, 15, tzinfo=UTC)
TODAY = SUNDAY.date()
COLLEAGUES = {person.email: number for number, person in enumerate(everyone(), 1)}


def everyday(today: date = TODAY) -> list[Scene]:
    return ordinary.scenes(Random(SEED), today, ORDINARY, today - timedelta(days=20))


@pytest.fixture
def told(app: Flask) -> Seeded:
    """The whole story with a handful of the everyday."""
    app.config["CLOCK"] = lambda: SUNDAY
    with app.app_context():
        return seed(everyday=15)


def test_eighty_people_over_four_levels_work_in_five_companies_in_four_countries() -> None:
    people = everyone()
    manager = {person.name: person.manager for person in people}

    def level(name: str) -> int:
        return 1 + level(manager[name]) if manager[name] else 1

    assert len(people) == len({person.email for person in people}) == 80
    assert max(level(person.name) for person in people) == 4
    assert len(COMPANIES) == 5
    assert len({company.country for company in COMPANIES}) == 4
    assert {name for name, _, _ in ROLES} <= set(manager)
    assert {person.company for person in people} == {company.key for company in COMPANIES}


def test_the_same_day_gives_the_same_story() -> None:
    assert everyday() == everyday()
    assert scenes.told(TODAY) == scenes.told(TODAY)


@pytest.mark.parametrize("today", [TODAY, date(2026, 12, 24), date(2027, 3, 1), date(2028, 2, 29)])
def test_whatever_the_day_every_form_is_filled_in_fully(today: date) -> None:
    currency = {company.key: company.currency for company in COMPANIES}
    works_at = {person.name: person.company for person in everyone()}
    for scene in [*scenes.told(today), *everyday(today)]:
        typed = typed_in_full(scene, {})
        sheet = KINDS[scene.kind]
        answers, misheard = hear(sheet, typed, locale="en", currency=currency[works_at[scene.who]], colleagues=COLLEAGUES)
        wrong = misheard | problems(scene.kind, answers, filed_on=scene.filed_on, direction=scene.direction)
        assert not wrong, (scene, wrong)
        assert scene.filed_on <= today


def test_the_everyday_looks_like_a_real_register() -> None:
    made = everyday()
    kinds, givers = Counter(scene.kind for scene in made), Counter(scene.firm.name for scene in made if scene.firm)
    assert set(kinds) == set(Kind)
    assert 580 <= len(made) + len(scenes.told(TODAY)) <= 620
    assert kinds[Kind.GIFT] > kinds[Kind.ENTERTAINMENT] > kinds[Kind.TRAVEL]
    assert sum(number == 1 for number in givers.values()) > len(givers) / 2
    late = sum((scene.filed_on - date.fromisoformat(scene.typed["occurred_on"])).days > 30 for scene in made)
    assert 0.08 < late / len(made) < 0.3


def test_the_story_is_told_by_the_rules_and_its_record_verifies(app: Flask, told: Seeded) -> None:
    assert told.new
    assert told.people == 80
    result = app.test_cli_runner().invoke(args=["record", "verify"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        first, last = db.session.execute(select(func.min(Event.at), func.max(Event.at))).one()
        assert first < SUNDAY - timedelta(days=500)
        assert last <= SUNDAY
        states = set(db.session.scalars(select(Declaration.state)))
        assert states >= {State.RECORDED, State.APPROVED, State.REFUSED, State.SENT_BACK, State.APPROVED_WITH_CONDITIONS}
        assert states >= {State.WITH_MANAGER, State.WITH_COMPLIANCE, State.WITH_EXECUTIVE}
        assert set(db.session.scalars(select(Declaration.kind))) == {kind.value for kind in Kind}
        assert app.config["CLOCK"]() == SUNDAY


def test_the_story_is_told_once(app: Flask, told: Seeded) -> None:
    with app.app_context():
        again = seed(everyday=15)
    assert not again.new
    assert (again.people, again.declarations, again.events) == (told.people, told.declarations, told.events)


def test_the_scenes_are_there_to_be_found(app: Flask, told: Seeded) -> None:
    with app.app_context():
        session = db.session()
        people = {person.name: person for person in session.scalars(select(Person))}

        def waiting(name: str) -> list[Declaration]:
            return list(session.scalars(select(Declaration).where(in_queue_of(viewer(session, people[name], SUNDAY)))))

        assert len(waiting("Ben Carlsen")) >= 7
        assert {row.declarant.name for row in waiting("Ben Carlsen")} >= {"Tomasz Lis", "Priya Nair", "Ana Ruiz"}
        split = [row for row in waiting("Signe Holm") if row.declarant.name == "Frederik Mølgaard"]
        assert len(split) == 1
        filing = session.scalars(select(Filing).where(Filing.declaration_id == split[0].id)).one()
        assert "giver-total" in {finding["rule"] for finding in filing.assessment["findings"]}
        assert len({one.id for one in suggest(session, "Kestrel Logistics") if one.name.lower().startswith("kestrel")}) == 3
        named = session.scalars(select(NamedPerson.person_id)).all()
        assert people["Lars-Erik Nyström"].id in named
        assert not waiting("Lars-Erik Nyström")
        assert [row.declarant.name for row in waiting("Vera Lindqvist")]
        away = session.scalars(select(Delegation).where(Delegation.person_id == people["Dee Okafor"].id)).one()
        assert away.first_on <= TODAY <= away.last_on
        assert session.scalar(select(func.count()).select_from(Draft)) == 3
        assert session.scalar(select(func.count()).select_from(RegisterSchedule)) == 2
        assert session.scalar(select(func.count()).select_from(RegisterSample)) == 1


def test_only_a_demo_is_seeded(app: Flask) -> None:
    from dataclasses import replace

    app.config["SETTINGS"] = replace(app.config["SETTINGS"], demo=False)
    with app.app_context(), pytest.raises(NotADemo):
        seed(everyday=1)
    result = app.test_cli_runner().invoke(args=["demo", "seed"])
    assert result.exit_code == 1
    assert "no demo" in result.output
    assert app.test_client().get("/demo/mails").status_code == 404


def test_the_people_to_sign_in_as_are_printed(app: Flask, told: Seeded) -> None:
    result = app.test_cli_runner().invoke(args=["demo", "seed"])
    assert result.exit_code == 0
    assert "told before" in result.output
    for persona in personas():
        assert persona.name in result.output
        assert persona.email in result.output


def test_every_mail_can_be_read_on_a_page(app: Flask, told: Seeded) -> None:
    from declarations.notices.outbox import send_due

    with app.app_context():
        send_due()
        company = db.session.scalars(select(Company.name).where(Company.key == "NL")).one()
    page = app.test_client().get("/demo/mails")
    assert page.status_code == 200
    assert "Every mail of this demo" in page.text
    assert page.text.count("<details") >= 20
    assert company not in page.text
