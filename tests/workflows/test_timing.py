"""Timing labels are computed from days in the company's time zone; on the same day the label promises less."""

from datetime import UTC, date, datetime

import pytest

from tests.workflows.cast import COPENHAGEN, facts, interest
from workflows import State
from workflows.timing import timing
from workflows.words import Timing

EVENT = date(2026, 11, 20)
LAST_MINUTE_BEFORE = datetime(2026, 11, 19, 22, 59, tzinfo=UTC)  # 23:59 in Copenhagen
FIRST_MINUTE_OF_IT = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def label(state: State, filed_at: datetime = LONG_AGO, decided_at: datetime | None = None, **declared: object) -> Timing | None:
    return timing(state, facts(**({"occurred_on": EVENT} | declared)), filed_at=filed_at, decided_at=decided_at, zone=COPENHAGEN)


@pytest.mark.parametrize("state", [State.APPROVED, State.APPROVED_WITH_CONDITIONS])
def test_approved_before_means_on_an_earlier_local_day(state: State) -> None:
    assert label(state, decided_at=LAST_MINUTE_BEFORE) is Timing.APPROVED_BEFORE
    assert label(state, decided_at=FIRST_MINUTE_OF_IT) is Timing.APPROVED_AFTER


def test_recorded_before_means_filed_on_an_earlier_local_day() -> None:
    assert label(State.RECORDED, LAST_MINUTE_BEFORE) is Timing.RECORDED_BEFORE
    assert label(State.RECORDED, FIRST_MINUTE_OF_IT) is Timing.RECORDED_AFTER


@pytest.mark.parametrize("state", sorted(set(State) - {State.RECORDED, State.APPROVED, State.APPROVED_WITH_CONDITIONS}))
def test_undecided_and_refused_declarations_have_no_label(state: State) -> None:
    assert label(state, decided_at=LONG_AGO) is None


def test_nothing_is_called_approved_without_a_moment() -> None:
    assert label(State.APPROVED) is None


def test_standing_interests_have_no_label() -> None:
    assert timing(State.APPROVED, interest(), filed_at=LONG_AGO, decided_at=LONG_AGO, zone=COPENHAGEN) is None


def test_what_has_no_day_has_no_label() -> None:
    assert label(State.RECORDED, occurred_on=None) is None
