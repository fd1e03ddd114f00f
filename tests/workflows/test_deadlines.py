"""Due dates are working days of the company's calendar; what is for tomorrow comes first; waiting never approves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.workflows.cast import ANNA, MANAGER, ORG, TODAY, conflict, facts, interest, on, org, world
from workflows import Case, Facts, Review, State, safe_default, safe_default_holds
from workflows.deadlines import (
    SAFE_DEFAULTS,
    add_working_days,
    due_on,
    escalation_due,
    is_working_day,
    reminder_due,
    urgent_on,
    working_days_between,
)
from workflows.policy.assess import assess
from workflows.words import Direction, Kind

CHRISTMAS = frozenset({date(2026, 12, 24), date(2026, 12, 25)})


def case(declared: Facts | None = None, **fields: object) -> Case:
    known: dict[str, object] = {"review": Review.MANAGER, "assignee_id": MANAGER, "due_on": date(2026, 11, 25)}
    return replace(Case(State.WITH_MANAGER, declared or facts()), **(known | fields))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
        (date(2026, 12, 24), False),
    ],
)
def test_weekends_and_public_holidays_are_not_worked(day: date, works: bool) -> None:
    assert is_working_day(day, CHRISTMAS) is works


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 18), 1, date(2026, 11, 19)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 12, 23), 1, date(2026, 12, 28)),
        (date(2026, 12, 28), -1, date(2026, 12, 23)),
        (date(2026, 11, 23), -1, date(2026, 11, 20)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
    ],
)
def test_working_days_are_counted_past_weekends_and_holidays(start: date, days: int, end: date) -> None:
    assert add_working_days(start, days, CHRISTMAS) == end


@pytest.mark.parametrize(
    ("review", "due"),
    [(Review.MANAGER, date(2026, 11, 25)), (Review.COMPLIANCE, date(2026, 11, 24)), (Review.EXECUTIVE, date(2026, 12, 2))],
)
def test_each_review_has_the_policys_deadline(review: Review, due: date) -> None:
    assert due_on(review, case(), world()) == due


def test_the_day_is_the_companys_own() -> None:
    """At half past eleven in the evening UTC it is already tomorrow in Copenhagen."""
    assert due_on(Review.MANAGER, case(), world(now=datetime(2026, 11, 18, 23, 30, tzinfo=UTC))) == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (date(2026, 11, 19), date(2026, 11, 18)),  # tomorrow: today
        (date(2026, 11, 23), date(2026, 11, 20)),  # Monday: Friday
        (date(2026, 11, 25), date(2026, 11, 24)),  # on the ordinary due day: the day before
        (date(2026, 11, 26), date(2026, 11, 25)),  # the day after it: as usual
        (date(2026, 11, 18), date(2026, 11, 25)),  # today: it is too late to be early
        (date(2026, 11, 1), date(2026, 11, 25)),
        (None, date(2026, 11, 25)),
    ],
)
def test_a_decision_is_due_before_the_event(event: date | None, due: date) -> None:
    assert due_on(Review.MANAGER, case(facts(occurred_on=event)), world()) == due


def test_what_is_for_monday_and_filed_on_sunday_is_due_the_same_day() -> None:
    assert due_on(Review.MANAGER, case(facts(occurred_on=date(2026, 11, 23))), world(now=on(date(2026, 11, 22)))) == date(
        2026, 11, 22
    )


def test_an_interest_that_begins_tomorrow_has_the_usual_time() -> None:
    declared = interest(occurred_on=TODAY + timedelta(1))
    assert urgent_on(case(declared), world()) is None
    assert due_on(Review.MANAGER, case(declared), world()) == date(2026, 11, 25)


@pytest.mark.parametrize(("days", "urgent"), [(-1, False), (0, False), (1, True)])
def test_only_what_still_lies_ahead_is_urgent(days: int, urgent: bool) -> None:
    day = TODAY + timedelta(days)
    assert urgent_on(case(facts(occurred_on=day)), world()) == (day if urgent else None)


@pytest.mark.parametrize(("day", "due"), [(date(2026, 11, 25), False), (date(2026, 11, 26), True)])
@pytest.mark.parametrize("state", [State.WITH_MANAGER, State.WITH_COMPLIANCE])
def test_the_due_day_itself_is_in_time(day: date, due: bool, state: State) -> None:
    assert escalation_due(case(state=state), day) is due


@pytest.mark.parametrize("fields", [{"state": State.WITH_EXECUTIVE}, {"state": State.SENT_BACK}, {"due_on": None}])
def test_nothing_escalates_from_the_top_or_without_a_due_day(fields: dict[str, object]) -> None:
    assert not escalation_due(case(**fields), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("day", "reminded", "due"),
    [
        (date(2026, 11, 20), 0, False),
        (date(2026, 11, 23), 0, True),  # three working days after the 18th
        (date(2026, 11, 23), 1, False),
        (date(2026, 11, 25), 1, False),
        (date(2026, 11, 26), 1, True),  # three more
    ],
)
def test_a_reminder_goes_out_when_the_policy_says_and_again_after_as_many_days(day: date, reminded: int, due: bool) -> None:
    assert reminder_due(case(reminded=reminded), world(now=on(day))) is due


def test_the_declarant_is_reminded_of_a_question() -> None:
    sent_back = case(state=State.SENT_BACK, review=None, returns_to=Review.MANAGER)
    assert reminder_due(sent_back, world(now=on(date(2026, 11, 23))))


@pytest.mark.parametrize("fields", [{"due_on": None}, {"review": None}, {"state": State.APPROVED}])
def test_nobody_is_reminded_of_what_does_not_wait(fields: dict[str, object]) -> None:
    assert not reminder_due(case(**fields), world(now=on(date(2027, 1, 4))))


AHEAD = TODAY + timedelta(2)


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        (facts(occurred_on=AHEAD), "decline"),
        (facts(), "hand_it_over"),
        (facts(direction=Direction.GIVEN, occurred_on=AHEAD), "do_not_give"),
        (interest(occurred_on=AHEAD), "do_not_begin"),
        (conflict(), "stand_aside"),
        (interest(), "stand_aside"),
        (facts(kind=Kind.DONATION, direction=Direction.GIVEN), "do_not_give"),
    ],
)
def test_without_a_decision_nothing_is_approved(declared: Facts, sentence: str) -> None:
    where = world()
    found = assess(declared, items=(), policy=where.policy, rates=where.rates, company=where.company)
    assert safe_default(case(declared, assessment=found)) == SAFE_DEFAULTS[sentence]
    assert all(text.startswith("Not approved.") for text in SAFE_DEFAULTS.values())


def test_the_safe_default_needs_no_assessment() -> None:
    assert safe_default(case()) == SAFE_DEFAULTS["hand_it_over"]


@pytest.mark.parametrize(("today", "holds"), [(AHEAD - timedelta(1), False), (AHEAD, True), (AHEAD + timedelta(1), True)])
def test_the_safe_default_holds_once_the_day_has_come(today: date, holds: bool) -> None:
    assert safe_default_holds(case(facts(occurred_on=AHEAD)), world(now=on(today))) is holds


def test_the_safe_default_holds_while_nobody_independent_is_left() -> None:
    waiting = case(review=Review.COMPLIANCE, state=State.WITH_COMPLIANCE, assignee_id=None)
    assert safe_default_holds(waiting, world(org(below=frozenset(ORG.people) - {ANNA})))
    assert not safe_default_holds(waiting, world())


def test_no_safe_default_is_needed_once_it_is_decided() -> None:
    assert not safe_default_holds(case(facts(occurred_on=AHEAD), state=State.APPROVED), world(now=on(AHEAD)))


def test_working_days_are_reckoned_as_if_they_were_walked() -> None:
    holidays = frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)})
    for first in range(9):
        start = date(2026, 12, 14) + timedelta(first)
        for length in range(25):
            end = start + timedelta(length)
            walked = sum(is_working_day(start + timedelta(n), holidays) for n in range(1, length + 1))
            assert working_days_between(start, end, holidays) == walked
