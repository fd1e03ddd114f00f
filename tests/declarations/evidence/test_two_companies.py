"""Whoever belongs to two companies is bound by both policies on the days they do, and the record knows which two those were."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from declarations.directory import commands
from declarations.directory.entries import PersonEntry
from declarations.evidence.replay import replay
from declarations.extensions import db, writing
from declarations.models import Declaration, Filing, NoticeRow, Recheck
from declarations.policies import queries, telling
from tests.declarations.evidence.conftest import Tampered
from tests.support.story import Story
from workflows.words import Action, Kind, State

BELONGS = timedelta(days=10)  # how long Dora has belonged to the Danish company, too


@pytest.fixture
def story(app: Flask) -> Story:
    """Dora works in Germany; above DKK 450 a head the Danish amendment asks the manager, the Code only above 560."""
    story = Story(app).house()
    story.person("Dora", company="NL-DE", manager="Gerda")
    belongs(story, story.now.date() - BELONGS)
    return story


def belongs(story: Story, first: date | None, last: date | None = None) -> None:
    number, public_id, email = (
        story.column(commands.Person, story.ids["Dora"], name) for name in ("number", "public_id", "email")
    )
    entry = PersonEntry(number, email, "Dora", "NL-DE", manager=story.column(commands.Person, story.ids["Gerda"], "number"))
    with story.app.app_context():
        if first:
            entry = PersonEntry(**{name: getattr(entry, name) for name in ("number", "email", "name", "company", "manager")},
                                second_company="NL-DK", second_from=first, second_to=last)  # fmt: skip
        commands.change_person(by=None, person=public_id, entry=entry)


def dinner(story: Story, worth: str = "500", ago: int = 1, firm: str = "") -> str:
    """Dora's invitation so many days ago, by a firm that gave nothing else unless one is named."""
    firm = firm or f"Firm {len(story.ids)}"
    if firm not in story.ids:
        story.firm(firm)
    day = story.now.date() - timedelta(days=ago)
    return story.declare("Dora", Kind.ENTERTAINMENT, firm=firm, worth=worth, form="meal", occurred_on=day)


def differing(story: Story) -> list[str]:
    with story.app.app_context():
        found = [str(each) for each in replay(db.session(), lambda done, total: None) if each.differs]
        db.session.rollback()
        return found


def test_both_policies_hold_on_the_days_somebody_belongs_to_both(story: Story) -> None:
    assert story.state(dinner(story)) is State.WITH_MANAGER
    assert story.state(dinner(story, "450")) is State.RECORDED
    assert story.state(dinner(story, ago=10)) is State.WITH_MANAGER
    assert story.state(dinner(story, ago=11)) is State.RECORDED, "the day before they did"
    last = story.now.date() - timedelta(days=2)
    belongs(story, last - BELONGS, last)
    assert story.state(dinner(story, ago=2)) is State.WITH_MANAGER
    assert story.state(dinner(story, ago=1)) is State.RECORDED, "the day after"
    belongs(story, None)
    assert story.state(dinner(story, ago=5)) is State.RECORDED
    assert differing(story) == []


def test_the_declaration_stays_with_their_own_company_and_pins_both_policies(story: Story) -> None:
    public_id = dinner(story)
    day = story.now.date() - timedelta(days=1)
    with story.app.app_context():
        row = db.session.scalars(select(Declaration).where(Declaration.public_id == public_id)).one()
        filing = db.session.scalars(select(Filing).where(Filing.declaration_id == row.id)).one()
        german, danish = (queries.in_force_for(db.session(), story.ids[f"company {key}"], day) for key in ("NL-DE", "NL-DK"))
        pinned = [(pin["company"], pin["currency"], pin["policy"]) for pin in filing.organisation["policies"]]
        assert row.company_id == story.ids["company NL-DE"]
        assert pinned == [("NL-DE", "EUR", german.digest), ("NL-DK", "DKK", danish.digest)]
        assert filing.policy_digest not in (german.digest, danish.digest)
    assert story.client("Otto").get(f"/declarations/{public_id}").status_code == 200
    assert story.client("Ilse").get(f"/declarations/{public_id}").status_code == 404, "compliance of the second company"
    assert "Both policies hold for you" in story.client("Dora").get("/policy").text
    assert "Both policies hold for you" not in story.client("Dora").get("/policy?on=2026-01-01").text


def test_a_correction_and_a_late_entry_are_asked_by_both_and_replayed_as_they_were(story: Story) -> None:
    later = dinner(story, "300", firm="Other")
    story.act(
        "Dora", Action.CORRECT, later, facts=story.facts("Dora", Kind.ENTERTAINMENT, firm="Other", worth="500", form="meal")
    )
    assert story.state(later) is State.WITH_MANAGER
    story.firm("Acme")
    for ago in (5, 4, 3, 2, 9):  # the Danish amendment minds the fifth gift in a year, and one comes late
        story.declare("Dora", firm="Acme", worth="200", occurred_on=story.now.date() - timedelta(days=ago))
    with story.app.app_context():
        (flag,) = db.session.scalars(select(Recheck)).all()
        assert {one["document"] for one in flag.rules} == {"denmark"}
    belongs(story, None)
    assert differing(story) == []


def test_who_belongs_there_too_is_told_of_its_policy(story: Story) -> None:
    with story.app.app_context(), writing() as session:
        telling.tell(session, story.ids["company NL-DK"], date(2027, 1, 1), story.now)
    with story.app.app_context():
        told = set(db.session.scalars(select(NoticeRow.person_id).where(NoticeRow.template == telling.PUBLISHED)))
    assert story.ids["Dora"] in told
    assert story.ids["Otto"] not in told


def test_a_second_company_that_nobody_recorded_is_noticed(recorded: Story, tampered: Tampered) -> None:
    company, person = recorded.ids["company NL-DE"], recorded.ids["Tomasz"]
    said = tampered(f"UPDATE person SET second_company_id = {company}, second_from = '2026-01-01' WHERE id = {person}")
    assert sum("column second_" in one for one in said) == 2
