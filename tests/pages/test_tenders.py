"""Compliance says who takes part in which tender; a policy that asks for quiet in those days gets it, and no other does."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from declarations.evidence.replay import replay
from declarations.evidence.verify import verify
from declarations.extensions import db, writing
from declarations.models import Event, Filing, Recheck, Tender
from tests.pages.test_filing_circumstances import house, outcome, send
from tests.support.story import Story
from workflows.words import Outcome

TENDER = {
    "company": "NL-DK",
    "firm": "Kestrel Logistics",
    "title": "Hosting for three years",
    "first_on": "2026-11-19",
    "last_on": "2026-11-20",
}


@pytest.fixture
def story(app: Flask) -> Story:
    return house(app, "quiet_period = true")


def found(story: Story, on: str, who: str = "Amalie") -> Outcome:
    sent = send(story.client(who), occurred_on=on)
    return outcome(story, sent.location.rsplit("/", 1)[-1])


def events(story: Story) -> list[str]:
    with story.app.app_context():
        return list(db.session.scalars(select(Event.action).where(Event.stream.like("tender/%")).order_by(Event.id)))


def test_in_the_days_of_a_tender_the_rule_holds_both_end_days_included(story: Story) -> None:
    ilse = story.client("Ilse")
    assert found(story, "2026-11-19") is Outcome.RECORD
    assert ilse.post("/tenders/new", data=TENDER).status_code == 303
    assert "Hosting for three years" in ilse.get("/tenders").text
    assert [found(story, on) for on in ("2026-11-18", "2026-11-19", "2026-11-20")] == [
        Outcome.RECORD,
        Outcome.COMPLIANCE,
        Outcome.COMPLIANCE,
    ]
    with story.app.app_context():
        tender = db.session.scalars(select(Tender)).one().public_id
        pinned = [filing.facts.get("quiet_periods") for filing in db.session.scalars(select(Filing).order_by(Filing.id))]
    assert pinned == [None, *3 * [[["2026-11-19", "2026-11-20"]]]]
    assert ilse.post(f"/tenders/{tender}", data={"first_on": "2026-11-19", "last_on": "2026-11-19"}).status_code == 303
    assert found(story, "2026-11-20") is Outcome.RECORD
    assert ilse.post(f"/tenders/{tender}/withdraw").status_code == 303
    assert found(story, "2026-11-19") is Outcome.RECORD
    assert events(story) == ["tender:entered", "tender:changed", "tender:withdrawn"]
    assert ilse.get(f"/tenders/{tender}").status_code == 404


def flags(story: Story) -> list[Recheck]:
    with story.app.app_context():
        return list(db.session.scalars(select(Recheck).order_by(Recheck.id)))


def test_what_was_declared_before_in_its_days_is_reopened_and_stays_as_it_was(story: Story) -> None:
    ilse = story.client("Ilse")
    sent = [send(story.client("Amalie"), occurred_on=on) for on in ("2026-11-18", "2026-11-19", "2026-11-20")]
    ilse.post("/tenders/new", data=TENDER | {"last_on": "2026-11-19"})
    with story.app.app_context():
        first = db.session.scalars(select(Recheck)).one()
        found = first.declaration
        assert (found.occurred_on, found.state, first.cause_id) == (date(2026, 11, 19), "recorded", found.id)
        assert (first.new_reviews, first.first_on, first.last_on) == ("compliance", date(2026, 11, 19), date(2026, 11, 19))
        tender = db.session.scalars(select(Tender)).one().public_id
        assert not [each for each in replay(db.session(), lambda *_: None) if each.differs]
    with story.app.app_context():
        found_wrong = verify(db.session().connection(), lambda *_: None, lambda *_: None)
        assert [one.where for one in found_wrong] == []
    ilse.post(f"/tenders/{tender}", data={"first_on": "2026-11-19", "last_on": "2026-11-20"})
    assert len(flags(story)) == 2
    page = ilse.get(f"/compliance/rechecks/{flags(story)[0].public_id}")
    assert "A tender runs from 19 November 2026 to 19 November 2026." in page.text
    assert "a tender entered later covers its day" in ilse.get("/compliance/rechecks").text
    assert "A tender was entered later." in story.client("Amalie").get(sent[1].location).text
    assert "A tender was entered later." not in story.client("Amalie").get(sent[0].location).text


def test_a_tender_holds_for_its_company_and_those_below_and_is_theirs_to_keep(story: Story) -> None:
    otto, ilse = story.client("Otto"), story.client("Ilse")
    otto.post("/tenders/new", data=TENDER | {"company": "NL-DE"})
    assert found(story, "2026-11-19") is Outcome.RECORD  # next door's
    assert "Hosting" not in ilse.get("/tenders").text
    assert ilse.post("/tenders/new", data=TENDER | {"company": "NL"}).status_code == 422
    otto.post("/tenders/new", data=TENDER | {"company": "NL"})
    assert found(story, "2026-11-19") is Outcome.COMPLIANCE
    assert "Hosting" in story.client("Aud").get("/tenders").text
    for stranger in ("Aud", "Amalie", "Adam"):
        assert story.client(stranger).post("/tenders/new", data=TENDER).status_code == 404


def test_a_firm_nobody_knows_becomes_a_bidder_and_days_stand_in_order(story: Story) -> None:
    ilse = story.client("Ilse")
    wrong = ilse.post("/tenders/new", data=TENDER | {"last_on": "2026-11-18"})
    assert (wrong.status_code, "The last day lies before the first." in wrong.text) == (422, True)
    ilse.post("/tenders/new", data=TENDER | {"firm": "Nobody Knows AS"})
    with story.app.app_context():
        assert db.session.scalars(select(Tender)).one().counterparty.class_ == "bidder"


def test_a_spelling_of_a_firm_we_know_is_asked_about_before_it_becomes_another(story: Story) -> None:
    story.firm("Stratus Nord A/S")
    ilse, typed = story.client("Ilse"), TENDER | {"firm": "Stratus Nord"}
    asked = ilse.post("/tenders/new", data=typed)
    assert (asked.status_code, "Did you mean" in asked.text) == (422, True)
    assert events(story) == []
    assert ilse.post("/tenders/new", data=typed | {"meant": "Stratus Nord A/S"}).status_code == 303
    assert ilse.post("/tenders/new", data=typed | {"another": "1"}).status_code == 303
    assert ilse.post("/tenders/new", data=typed).status_code == 303  # known by that very name now
    with story.app.app_context():
        named = [one.counterparty.name for one in db.session.scalars(select(Tender).order_by(Tender.id))]
    assert named == ["Stratus Nord A/S", "Stratus Nord", "Stratus Nord"]


def test_a_tender_changed_behind_the_apps_back_is_noticed(story: Story) -> None:
    story.client("Ilse").post("/tenders/new", data=TENDER)
    with story.app.app_context():
        before = set(verify(db.session().connection(), lambda *_: None, lambda *_: None))
        with writing() as session:
            session.execute(update(Tender).values(last_on=date(2026, 11, 19)))
        after = set(verify(db.session().connection(), lambda *_: None, lambda *_: None))
        assert [one.what for one in after - before] == ["column last_on differs from the record"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0001-01-01", "Please check the year."),
        ("1899-12-31", "Please check the year."),
        ("2200-01-01", "Please check the year."),
        ("9999-12-31", "Please check the year."),
        ("10000-01-01", "Write the day as year-month-day"),
        ("2027-02-29", "Write the day as year-month-day"),
        ("soon\x00", "Write the day as year-month-day"),
    ],
)
def test_a_day_that_nobody_means_is_told_beside_its_field_and_loses_nothing(story: Story, typed: str, sentence: str) -> None:
    tender = story.client("Ilse").post("/tenders/new", data=TENDER | {"first_on": typed})
    register = story.client("Aud").post(
        "/registers", data={"company": str(story.ids["company NL-DK"]), "period": "days", "language": "en"} | {"first_on": typed}
    )
    away = story.client("Ben").post("/substitute", data={"who": "", "first_on": typed, "last_on": "2026-11-27"})
    for answer in (tender, register, away):
        assert answer.status_code == 422
        assert sentence in answer.text
    assert "Kestrel Logistics" in tender.text
    assert events(story) == []
