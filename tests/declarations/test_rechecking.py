"""A late entry re-opens what it lifts over a limit: a flag, an event and a task, and the declaration itself stays as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from declarations.extensions import db
from declarations.models import Declaration, Event, NoticeRow, Recheck
from tests.support.story import Story
from workflows.words import Action, Disposition, Kind, Outcome, State


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Acme")
    story.firm("Bolt")
    return story


def rechecks(story: Story) -> list[Recheck]:
    with story.app.app_context():
        return list(db.session.scalars(select(Recheck).order_by(Recheck.id)))


def in_june(story: Story, worth: str, day: int = 1, **more: Any) -> str:
    return story.declare("Amalie", **({"firm": "Acme", "worth": worth, "occurred_on": date(2026, 6, day)} | more))


def row(story: Story, public_id: str) -> dict[str, Any]:
    with story.app.app_context():
        found = db.session.execute(select(Declaration.__table__).where(Declaration.public_id == public_id)).one()
        return dict(found._mapping)


def test_a_late_entry_flags_a_later_one_whose_total_it_lifts_and_changes_nothing_of_it(story: Story) -> None:
    later = story.declare("Amalie", firm="Acme", worth="400")
    before = row(story, later)
    late = in_june(story, "1900")
    (flag,) = rechecks(story)
    assert row(story, later) == before
    assert (flag.declaration_id, flag.cause_id, flag.cause_filing) == (before["id"], row(story, late)["id"], 1)
    assert (flag.old_outcome, flag.old_reviews) == (Outcome.RECORD, "")
    assert (flag.new_outcome, flag.new_reviews) == (Outcome.COMPLIANCE, "compliance")
    assert (flag.total_minor, flag.limit_minor, flag.currency) == (230000, 224000, "DKK")
    assert [(one["document"], one["clause"]) for one in flag.rules] == [("group-code", "2.3")]
    assert (flag.settled_at, flag.how) == (None, None)
    with story.app.app_context():
        event = db.session.scalars(select(Event).where(Event.stream == f"recheck/{flag.public_id}")).one()
        assert (event.action, event.actor_id, event.declaration_id) == ("recheck:opened", story.ids["Amalie"], None)


@pytest.mark.parametrize(("worth", "flags"), [("1839.99", 0), ("1840.00", 0), ("1840.01", 1)])
def test_the_limit_holds_to_the_minor_unit(story: Story, worth: str, flags: int) -> None:
    story.declare("Amalie", firm="Acme", worth="400")
    in_june(story, worth)
    assert len(rechecks(story)) == flags


def test_what_does_not_count_together_is_never_touched(story: Story) -> None:
    story.declare("Amalie", firm="Acme", worth="400")
    in_june(story, "2200", firm="Bolt")
    in_june(story, "2200", occurred_on=date(2025, 11, 19))  # twelve months to the day
    in_june(story, "2200", disposition=Disposition.RETURNED)
    story.declare("Tomasz", firm="Acme", worth="2200", occurred_on=date(2026, 6, 1))
    assert rechecks(story) == []


def test_only_what_is_dated_after_the_late_one_is_asked_again(story: Story) -> None:
    story.declare("Amalie", firm="Acme", worth="2200", occurred_on=date(2026, 6, 1))
    story.declare("Amalie", firm="Acme", worth="400")
    story.declare("Amalie", firm="Acme", worth="400")  # the same day: counted when it is assessed itself
    assert rechecks(story) == []


def test_a_correction_re_opens_what_it_lifts_and_nothing_twice(story: Story) -> None:
    late = in_june(story, "300")
    later = story.declare("Amalie", firm="Acme", worth="400")
    for worth, flags in (("1840", 0), ("1841", 1), ("1900", 1)):
        facts = story.facts("Amalie", Kind.GIFT, firm="Acme", worth=worth, occurred_on=date(2026, 6, 1))
        story.act("Amalie", Action.CORRECT, late, facts=facts)
        assert len(rechecks(story)) == flags
    assert rechecks(story)[0].declaration_id == row(story, later)["id"]
    assert rechecks(story)[0].cause_filing == 3


def test_several_later_ones_are_flagged_each_by_itself(story: Story) -> None:
    for day in (3, 4, 5):
        story.declare("Amalie", firm="Acme", worth="400", occurred_on=date(2026, 9, day))
    in_june(story, "1200")
    flags = rechecks(story)
    assert [flag.total_minor for flag in flags] == [240000], "only the third makes it too much"
    in_june(story, "300", day=2)
    flags = rechecks(story)
    assert [flag.total_minor for flag in flags] == [240000, 230000, None]
    assert (flags[2].counted, flags[2].counted_limit) == (5, 5), "the third is now the fifth from one giver in twelve months"


def test_a_late_entry_in_foreign_money_is_reckoned_at_the_rate_of_its_own_day(story: Story) -> None:
    story.declare("Amalie", firm="Acme", worth="400")
    in_june(story, "247.00", currency="EUR")  # at 7.46: 1,842.62
    assert [flag.total_minor for flag in rechecks(story)] == [224262]


def test_nobody_is_told_and_the_turn_stays_where_it_is(story: Story) -> None:
    later = story.declare("Amalie", firm="Acme", worth="600")
    story.act("Ben", Action.APPROVE, later)
    with story.app.app_context():
        told = db.session.scalar(
            select(func.count()).select_from(NoticeRow).where(NoticeRow.declaration_id == row(story, later)["id"])
        )
    in_june(story, "1700")
    assert story.state(later) is State.APPROVED
    assert len(rechecks(story)) == 1
    with story.app.app_context():
        again = db.session.scalar(
            select(func.count()).select_from(NoticeRow).where(NoticeRow.declaration_id == row(story, later)["id"])
        )
    assert again == told
