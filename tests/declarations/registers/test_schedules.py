"""A scheduled register comes once for each period, on its day or late and marked so, to those who are to get it and still may."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from declarations.directory.commands import revoke
from declarations.extensions import db
from declarations.jobs.worker import Worker
from declarations.models import Event, NoticeRow, Register, RegisterSchedule, RoleGrant
from declarations.registers import building, scheduling
from declarations.registers.periods import Period
from declarations.registers.scheduling import Plan
from tests.support.story import Story
from workflows.case import Invalid
from workflows.words import Role

MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registers are asked for and not built: when they come is one thing, what is in them another."""
    monkeypatch.setattr(building, "run", lambda claim: None)


def at(story: Story, moment: str) -> None:
    """The worker's turn at that moment, UTC."""
    story.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    with story.app.app_context():
        Worker().tick()


def plan(story: Story, rhythm: str = "monthly", *, company: str = "NL-DK", since: date = date(2026, 3, 1), **more: Any) -> None:
    with story.app.app_context():
        scheduling.set_schedule(
            viewer=story.viewer("Aud"),
            company_id=story.ids[f"company {company}"],
            plan=Plan(rhythm, more.pop("working_day", 3), "en", **more),
            active_from=since,
        )


def came(story: Story) -> list[tuple[str, str, str | None]]:
    """First and last day, and due day, of every register there is."""
    with story.app.app_context():
        rows = db.session.scalars(select(Register).order_by(Register.first_on, Register.id))
        return [(str(row.first_on), str(row.last_on), str(row.due_on)) for row in rows]


def told(story: Story, template: str = "register_built") -> list[str]:
    names = {number: name for name, number in story.ids.items() if " " not in name}
    with story.app.app_context():
        query = select(NoticeRow.person_id).where(NoticeRow.template == template).order_by(NoticeRow.id)
        return [names[person] for person in db.session.scalars(query)]


def test_a_year_ends_where_the_company_s_year_does(story: Story, quick: None) -> None:
    story.now = MARCH
    plan(story, "yearly", company="NL", first_month=4)
    plan(story, "yearly")
    at(story, "2026-04-07T03:59")  # three working days after March, Good Friday and Easter Monday left out, before six in Berlin
    assert came(story) == []
    at(story, "2026-04-08T04:00")
    assert came(story) == [("2025-04-01", "2026-03-31", "2026-04-07")]
    at(story, "2027-01-06T05:00")
    assert came(story)[1:] == [("2026-01-01", "2026-12-31", "2027-01-06")]


def test_six_in_the_morning_is_the_company_s_on_the_day_after_its_clocks_were_changed(story: Story, quick: None) -> None:
    story.now = MARCH
    plan(story, "quarterly", working_day=18, since=date(2026, 7, 1))  # Monday 26 October
    at(story, "2026-10-25T04:00")
    at(story, "2026-10-26T04:59")
    assert came(story) == []
    at(story, "2026-10-26T05:00")
    assert came(story) == [("2026-07-01", "2026-09-30", "2026-10-26")]


def test_a_clock_put_forward_and_back_brings_nothing_twice(story: Story, quick: None) -> None:
    story.now = MARCH
    plan(story)
    at(story, "2026-05-06T08:00")
    once = came(story)
    assert [first for first, _, _ in once] == ["2026-03-01", "2026-04-01"]
    for moment in ("2026-03-15T08:00", "2026-04-08T08:00", "2026-05-06T08:00", "2026-05-07T08:00"):
        at(story, moment)
        assert came(story) == once


def test_many_workers_ask_once(story: Story, quick: None) -> None:
    story.now = MARCH
    plan(story)
    story.now = datetime(2026, 4, 8, 8, 0, tzinfo=UTC)

    def ask(_: int) -> str | None:
        with story.app.app_context():
            return scheduling.ask_by_schedule(schedule_id=1, period=Period(date(2026, 3, 1), date(2026, 3, 31)))

    with ThreadPoolExecutor(4) as pool:
        asked = list(pool.map(ask, range(8)))
    assert len([one for one in asked if one]) == 1
    assert len(came(story)) == 1


def test_what_comes_after_an_outage_comes_one_by_one_and_says_how_late_it_is(story: Story) -> None:
    story.now = MARCH
    plan(story)
    at(story, "2026-04-08T04:00")  # in time: the third working day after Easter
    at(story, "2026-06-04T08:00")  # nobody was there in May
    assert [due for _, _, due in came(story)] == ["2026-04-08", "2026-05-05", "2026-06-03"]
    with story.app.app_context():
        bodies = db.session.scalars(select(Event.body).where(Event.action == "register:built").order_by(Event.id)).all()
    public = [json.loads(body)["public"] for body in bodies]
    assert [(one["due_on"], one["days_late"]) for one in public] == [
        ("2026-04-08", None),
        ("2026-05-05", 30),
        ("2026-06-03", 1),
    ]
    assert told(story) == ["Aud", "Aud", "Aud"]
    page = story.client("Aud").get("/registers").text
    assert "Due 5 May, 30 days late" in page
    assert "Due 3 June, 1 day late" in page
    assert page.count("late</span>") == 3, "two lines, and the latest stands above them"


def test_a_schedule_that_is_replaced_before_its_day_misses_no_period(story: Story, quick: None) -> None:
    story.now = MARCH
    plan(story)
    story.now = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
    plan(story, working_day=5, since=date(2026, 4, 1))
    at(story, "2026-04-10T08:00")
    at(story, "2026-05-08T08:00")
    assert [first for first, _, _ in came(story)] == ["2026-03-01", "2026-04-01"]
    with story.app.app_context():
        assert len(db.session.scalars(select(RegisterSchedule).where(RegisterSchedule.stopped_at.is_(None))).all()) == 1
    set_now = {"company": str(story.ids["company NL-DK"]), "working_day": "3", "language": "en", "first_month": "1"}
    for rhythm, replaced in (("monthly", True), ("yearly", False)):
        answer = story.client("Aud").post("/registers/schedules", data=set_now | {"rhythm": rhythm}, follow_redirects=True)
        assert "From now on they come by themselves" in answer.text
        assert ("in place of those set before" in answer.text) is replaced


def test_those_chosen_get_it_as_long_as_they_may(story: Story) -> None:
    story.now = MARCH
    story.person("Petra", company="NL")
    story.grant("Petra", Role.INTERNAL_AUDITOR, "NL")
    plan(story, recipients=[story.ids["Petra"], story.ids["Ilse"]])
    at(story, "2026-04-08T08:00")
    assert sorted(told(story)) == ["Ilse", "Petra"]
    adam = story.viewer("Adam")
    with story.app.app_context():
        for name in ("Petra", "Ilse"):
            grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == story.ids[name])).one()
            revoke(by=adam, grant_id=grant)
            at(story, "2026-05-06T08:00" if name == "Petra" else "2026-06-03T08:00")
    assert told(story)[2:] == ["Ilse", "Aud"], "and when none of them is left, all auditors"


def test_nobody_is_chosen_who_may_not_read_it(story: Story) -> None:
    with pytest.raises(Invalid):
        plan(story, company="NL", recipients=[story.ids["Ilse"]])
