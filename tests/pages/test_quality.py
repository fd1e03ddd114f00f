"""Quality figures count what their lists show, of the reader's companies only, and never what names the reader."""

from __future__ import annotations

import re
import runpy
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from declarations.compliance.reach import reach_of
from declarations.evidence.verify import verify
from declarations.extensions import db, writing
from declarations.marks import Mark
from declarations.models import Condition, Declaration
from declarations.quality.figures import FIGURES
from declarations.quality.queries import Measured, Span, listed, measured, median_days_late
from tests.support.story import Story
from workflows.words import Action, Kind, ValueBasis

QUARTER = "from=2026-10-01&months=3"


@pytest.fixture
def story(app: Flask) -> Story:
    """Six declarations of two companies: two of them late, one with conditions, one guessed, one naming the auditor."""
    made = Story(app, datetime(2026, 11, 20, 9, 0, tzinfo=UTC)).house()
    made.firm("Osterman")
    made.firm("Acme", "customer")
    made.person("Hans", company="NL-DE", manager="Gerda")
    today = date(2026, 11, 20)
    made.declare("Amalie", firm="Osterman", worth="300", occurred_on=today - timedelta(30))
    made.declare("Amalie", firm="Osterman", worth="120", occurred_on=today - timedelta(60))
    guessed = {"value_basis": ValueBasis.ESTIMATED, "answers": {"method": "The price in a shop"}}
    made.declare("Tomasz", firm="Osterman", worth="250", **guessed)
    made.declare("Hans", firm="Acme", worth="10", currency="EUR")
    asked = made.declare("Amalie", firm="Acme", worth="900")
    due = (("Share it with the team", date(2026, 12, 1)),)
    made.act("Ben", Action.APPROVE_WITH_CONDITIONS, asked, conditions=due)
    made.declare("Dee", Kind.CONFLICT, firm="Acme", close_relation=True, named=frozenset({made.ids["Aud"]}))
    return made


def figures(story: Story, reader: str) -> dict[str, Measured]:
    viewer = story.viewer(reader)
    with story.app.app_context():
        reach = reach_of(db.session(), viewer)
        return {one.key: one for one in measured(db.session(), reach, span(story))}


def marks_of(session: Session) -> dict[str, int]:
    return {row.number: row.marks for row in session.execute(select(Declaration.number, Declaration.marks))}


def span(story: Story) -> Span:
    return Span(date(2026, 10, 1), date(2026, 12, 31), story.viewer("Aud").zone)


def test_every_figure_counts_what_its_list_shows(story: Story) -> None:
    viewer, counted = story.viewer("Otto"), figures(story, "Otto")
    with story.app.app_context():
        reach = reach_of(db.session(), viewer)
        for figure in FIGURES:
            for key in ("NL-DK", "NL-DE"):
                company = frozenset({story.ids[f"company {key}"]})
                rows, after = listed(db.session(), reach, span(story), figure, company, "")
                assert (len(rows), after) == (counted[key].counts[figure], ""), (figure, key)
    danish = counted["NL-DK"].counts
    assert (danish["filed"], danish["guessed"], danish["conditions_open"], danish["pool"]) == (5, 1, 1, danish["pool"])
    assert danish["late"] >= 1


def test_marks_are_what_the_record_comes_to_and_what_was_carried_over(story: Story) -> None:
    asked = story.declare("Amalie", firm="Acme", worth="900")
    story.away("Ben", substitute="Gerda")
    story.act("Gerda", Action.ESCALATE, asked, reason="This is not ours to decide.")
    story.act("Ilse", Action.APPROVE, asked)
    marking = runpy.run_path("migrations/versions/0006_finishing.py")["marking"]
    with story.app.app_context(), writing() as session:
        written = marks_of(session)
        session.execute(update(Declaration).values(marks=0))
        session.execute(text(marking(session.get_bind().dialect.name)))
        assert marks_of(session) == written
        assert {Mark.SUBSTITUTE, Mark.POOL, Mark.OPEN, Mark.LATE} <= {mark for marks in written.values() for mark in Mark(marks)}
        assert list(verify(session.connection(), lambda folder, name: None, lambda done, total: None)) == []


def test_what_names_the_reader_is_neither_counted_nor_listed(story: Story) -> None:
    assert figures(story, "Otto")["NL-DK"].counts["filed"] == figures(story, "Aud")["NL-DK"].counts["filed"] + 1
    assert "A wine hamper" in story.client("Aud").get(f"/quality/filed?{QUARTER}").text
    assert story.client("Aud").get(f"/quality/filed?{QUARTER}").text.count('class="title"') == 5
    assert story.client("Otto").get(f"/quality/filed?{QUARTER}").text.count('class="title"') == 6


def test_a_reader_of_one_company_sees_no_other(story: Story) -> None:
    ilse = story.client("Ilse")
    page = ilse.get(f"/quality?{QUARTER}").text
    assert "Nordlys NL-DK" in page
    assert "Nordlys NL-DE" not in page
    assert ilse.get(f"/quality/filed?{QUARTER}&company=NL-DE").status_code == 404
    assert story.client("Ben").get("/quality").status_code == 404


@pytest.mark.parametrize(("days", "figure"), [(0, "conditions_met"), (1, "conditions_late")])
def test_a_condition_is_in_time_up_to_its_day(days: int, figure: str, story: Story) -> None:
    with story.app.app_context():
        row = db.session.scalars(select(Condition)).one()
        condition, asked = row.id, db.session.get_one(Declaration, row.declaration_id).public_id
    story.now = datetime(2026, 12, 1, 23, 59, tzinfo=UTC) + timedelta(days)
    story.act("Amalie", Action.FULFIL, asked, reason="We shared it.", condition_id=condition)
    counts = figures(story, "Aud")["NL-DK"].counts
    both = {name: counts[name] for name in ("conditions_met", "conditions_late", "conditions_open")}
    assert both == {"conditions_met": 0, "conditions_late": 0, "conditions_open": 0} | {figure: 1}


def test_the_median_is_of_the_late_ones(story: Story) -> None:
    with story.app.app_context():
        reach = reach_of(db.session(), story.viewer("Aud"))
        rows, _ = listed(db.session(), reach, span(story), "late", reach.companies, "")
        days = sorted(row.days_late for row in rows)
        assert median_days_late(db.session(), reach, span(story)) == days[(len(days) - 1) // 2]


def test_the_median_tells_nothing_of_what_names_the_reader(story: Story) -> None:
    since = date(2026, 11, 20) - timedelta(90)
    story.declare("Amalie", firm="Acme", worth="10", occurred_on=since, named=frozenset({story.ids["Otto"]}))
    found = {}
    for name in ("Otto", "Aud"):
        viewer = story.viewer(name)
        with story.app.app_context():
            reach = reach_of(db.session(), viewer)
            rows, _ = listed(db.session(), reach, span(story), "late", reach.companies, "")
            days = sorted(row.days_late for row in rows)
            found[name] = len(days), median_days_late(db.session(), reach, span(story)) == days[(len(days) - 1) // 2]
    assert found == {"Otto": (2, True), "Aud": (3, True)}


def test_companies_sort_by_a_link_and_bad_addresses_are_the_usual_page(story: Story) -> None:
    aud = story.client("Aud")
    page = aud.get(f"/quality?{QUARTER}&sort=late").text
    order = re.findall(r'<th scope="row">(Nordlys [^<]+)<', page)
    assert order[0] == "Nordlys NL-DK", "the only company with late ones"
    assert aud.get("/quality?from=nonsense&months=7&sort=nonsense").status_code == 200
    assert aud.get("/quality/nonsense").status_code == 404
    assert aud.get(f"/quality/filed?{QUARTER}&after=nonsense").status_code == 200
