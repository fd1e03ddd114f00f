"""Reminders, escalations, digests, schedules: due by the company's calendar, done once, and late rather than never."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from declarations.extensions import db, writing
from declarations.models import Condition, JobClaim, Person, Register, RegisterSchedule, SignInAttempt, SignInSession
from declarations.registers import scheduling
from tests.declarations.jobs.turns import actions, all_of, ask, at, notices, tick
from tests.support.story import Story
from workflows.words import Action, State


def test_what_waits_is_reminded_of_and_then_passed_on(story: Story) -> None:
    hamper = story.declare("Amalie", firm="Osterman", worth="900")  # a Friday
    at(story, "2026-11-23T08:00")
    tick(story)
    assert actions(story, hamper) == ["declaration:filed"], "it is too early"
    for day in ("2026-11-24", "2026-11-25", "2026-11-26"):
        at(story, f"{day}T08:00")
        tick(story)
    assert "declaration:reminded" in actions(story, hamper)
    assert story.state(hamper) is State.WITH_MANAGER, "its last day is still in time"
    at(story, "2026-11-27T05:30")
    tick(story)
    assert story.state(hamper) is State.WITH_COMPLIANCE
    assert actions(story, hamper)[-1] == "declaration:escalated"


def test_what_waits_for_somebody_who_left_is_passed_on_the_next_morning_and_says_why(story: Story) -> None:
    hamper = story.declare("Amalie", firm="Osterman", worth="900")  # a Friday, and Ben's last day
    with story.app.app_context(), writing() as session:
        session.get_one(Person, story.ids["Ben"]).active_to = date(2026, 11, 20)
    at(story, "2026-11-23T08:00")
    tick(story)
    assert (story.state(hamper), actions(story, hamper)[-1]) == (State.WITH_COMPLIANCE, "declaration:escalated")
    page = story.client("Ilse").get(f"/declarations/{hamper}").text
    assert "because whoever it waited for can no longer decide it" in page
    assert "nobody had decided in time" not in page
    assert "Ben was passed over: They no longer work here" in page


def test_the_clock_rests_at_night_and_at_weekends(story: Story) -> None:
    hamper = story.declare("Amalie", firm="Osterman", worth="900")
    for moment in ("2026-11-28T12:00", "2026-11-29T12:00", "2026-11-30T04:59"):
        at(story, moment)
        tick(story)
        assert actions(story, hamper) == ["declaration:filed"]
    at(story, "2026-11-30T05:00")  # six in Copenhagen, on Monday
    tick(story)
    assert actions(story, hamper)[-1] == "declaration:escalated", "late, because nobody was there, but not lost"


def test_a_morning_brings_one_mail_however_much_is_waiting(story: Story) -> None:
    for number in range(3):
        story.declare("Amalie", firm="Osterman", worth=str(900 + number))
    at(story, "2026-11-24T08:00")
    for _ in range(3):
        tick(story)
    (digest,) = notices(story, "Ben", "digest")
    assert len(digest.params["items"]) == 3
    assert digest.body is not None
    assert digest.body.count("/declarations/") == 3
    assert all(row.subject is None and row.next_try_at is None for row in notices(story, "Ben", "reminder"))


def test_no_mail_goes_out_when_nothing_is_due(story: Story) -> None:
    hamper = story.declare("Amalie", firm="Osterman", worth="900")
    story.act("Ben", Action.APPROVE, hamper)
    for day in range(24, 28):
        at(story, f"2026-11-{day}T08:00")
        tick(story)
    assert notices(story, "Ben", "digest") == []


def test_a_condition_is_reminded_of_on_its_day_and_each_week_until_it_is_met(story: Story) -> None:
    hamper = story.declare("Amalie", firm="Osterman", worth="900")
    story.act("Ben", Action.APPROVE_WITH_CONDITIONS, hamper, conditions=(("Share it.", date(2026, 11, 24)),))
    mails = []
    for moment in ("23T08:00", "24T04:59", "24T05:00", "25T08:00", "30T08:00"):  # its day begins at six, and a week is seven days
        at(story, f"2026-11-{moment}")
        for _ in range(2):
            tick(story)
        mails.append(len(notices(story, "Amalie", "digest")))
    at(story, "2026-12-01T08:00")
    tick(story)
    tick(story)
    assert [*mails, len(notices(story, "Amalie", "digest"))] == [0, 0, 1, 1, 1, 2]
    with story.app.app_context():
        condition = db.session.scalars(select(Condition.id)).one()
    at(story, "2026-12-08T04:00")
    story.act("Amalie", Action.FULFIL, hamper, reason="We ate it.", condition_id=condition)
    at(story, "2026-12-08T08:00")
    tick(story)
    tick(story)
    assert len(notices(story, "Amalie", "digest")) == 2


def test_what_was_settled_meanwhile_is_not_mentioned(story: Story) -> None:
    first = story.declare("Amalie", firm="Osterman", worth="900")
    story.declare("Amalie", firm="Osterman", worth="950")
    at(story, "2026-11-24T08:00")
    with story.app.app_context():
        from declarations.casework import by_clock
        from declarations.models import Declaration

        for number in db.session.scalars(select(Declaration.id)).all():
            by_clock(declaration_id=number, action=Action.REMIND)
    story.act("Ben", Action.APPROVE, first)
    tick(story)
    (digest,) = notices(story, "Ben", "digest")
    assert len(digest.params["items"]) == 1


def schedule(story: Story, rhythm: str = "monthly", *, since: date = date(2026, 9, 1), working_day: int = 3) -> None:
    story._add(
        "schedule",
        RegisterSchedule(
            company_id=story.ids["company NL-DK"],
            rhythm=rhythm,
            working_day=working_day,
            language="en",
            active_from=since,
            set_by_id=story.ids["Aud"],
            set_at=datetime(2026, 1, 5, 9, 0, tzinfo=UTC),
        ),
    )


def periods(story: Story) -> list[tuple[date, date]]:
    return [(row.first_on, row.last_on) for row in all_of(story, Register)]


def test_a_scheduled_register_comes_on_its_working_day_and_once(story: Story) -> None:
    schedule(story, since=date(2026, 10, 1))
    at(story, "2026-11-04T04:59")  # Wednesday, the third working day of November, one minute before six
    tick(story)
    assert periods(story) == []
    at(story, "2026-11-04T05:00")
    for _ in range(3):
        tick(story)
    assert periods(story) == [(date(2026, 10, 1), date(2026, 10, 31))]
    assert all(row.sha256 for row in all_of(story, Register))


def test_after_an_outage_every_missed_period_is_still_built(story: Story) -> None:
    schedule(story, since=date(2026, 6, 1))
    at(story, "2026-11-20T12:00")
    tick(story)
    assert [first.month for first, _ in periods(story)] == [6, 7, 8, 9, 10]


def test_a_quarter_comes_after_its_end(story: Story) -> None:
    schedule(story, "quarterly", since=date(2026, 8, 1))
    at(story, "2026-11-20T12:00")
    tick(story)
    assert periods(story) == [(date(2026, 7, 1), date(2026, 9, 30))]


def test_a_stopped_schedule_asks_for_nothing_more(story: Story) -> None:
    schedule(story)
    with story.app.app_context():
        scheduling.stop_schedule(viewer=story.viewer("Aud"), schedule_id=story.ids["schedule"])
    tick(story)
    assert periods(story) == []


def test_housekeeping_puts_away_what_has_had_its_time(story: Story) -> None:
    def attempt(days: int) -> SignInAttempt:
        return SignInAttempt(key="x", at=story.now - timedelta(days=days))

    def visit(days: int) -> SignInSession:
        then = story.now - timedelta(days=days)
        return SignInSession(
            token_hash=str(days), person_id=story.ids["Ben"], created_at=then, seen_at=then, confirmed_at=then, expires_at=then
        )

    story._all([attempt(1), attempt(3), visit(89), visit(91)])
    tick(story)
    assert [row.at for row in all_of(story, SignInAttempt)] == [story.now - timedelta(days=1)]
    assert [row.token_hash for row in all_of(story, SignInSession)] == ["89"]


def test_a_piece_that_fails_does_not_stop_the_others(story: Story, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr("declarations.jobs.housekeeping.run", lambda claim: 1 / 0)
    ask(story)
    tick(story)
    assert all_of(story, Register)[0].built_at is not None
    with story.app.app_context():
        failed = db.session.scalars(select(JobClaim).where(JobClaim.job == "housekeeping")).one()
        assert (failed.done_at, failed.note) == (None, "ZeroDivisionError")


def test_the_worker_does_what_is_due_and_stops(story: Story) -> None:
    ask(story)
    result = story.app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Pieces of work done: ")
    with story.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Register).where(Register.built_at.is_not(None))) == 1
