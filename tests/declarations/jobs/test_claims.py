"""A piece of work is done once, by whoever claims it first, however many workers there are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from declarations.extensions import db, writing
from declarations.jobs import claims
from declarations.jobs.claims import Claim
from tests.support.story import Story

LEASE = timedelta(minutes=10)


def take(app: Flask, worker: str = "one", period: str = "2026-11") -> Claim | None:
    with app.app_context():
        return claims.take(job="test", period=period, worker=worker, lease=LEASE)


def test_a_piece_is_held_by_the_first_to_claim_it(app: Flask) -> None:
    story = Story(app)
    first = take(app)
    assert first is not None
    assert take(app, "two") is None
    story.now += LEASE
    assert take(app, "two") is None, "the lease runs to its last moment"
    with app.app_context():
        assert claims.finish(first)


def test_an_expired_lease_is_retaken_and_the_first_holder_notices(app: Flask) -> None:
    story = Story(app)
    first = take(app)
    assert first is not None
    story.now += LEASE + timedelta(seconds=1)
    second = take(app, "two")
    assert second is not None
    assert second.tries == 2
    with app.app_context():
        assert not claims.renew(first, LEASE)
        assert not claims.finish(first)
        assert claims.finish(second)


def test_what_a_clock_gone_ahead_claimed_waits_for_nobody_once_it_is_put_right(app: Flask) -> None:
    story = Story(app)
    ahead = timedelta(days=40)
    story.now += ahead
    first = take(app)
    assert first is not None
    story.now -= claims.SKEW
    assert take(app, "two") is None, "two clocks may be that far apart"
    story.now -= timedelta(seconds=1)
    second = take(app, "two")
    assert second is not None
    with app.app_context():
        assert not claims.finish(first)
        assert claims.finish(second)


def test_what_is_done_is_never_taken_again(app: Flask) -> None:
    story = Story(app)
    claim = take(app)
    assert claim is not None
    with app.app_context():
        assert claims.finish(claim)
    story.now += timedelta(days=400)
    assert take(app, "two") is None
    assert take(app, "two", "2026-12") is not None


def test_a_renewed_lease_lasts(app: Flask) -> None:
    story = Story(app)
    claim = take(app)
    assert claim is not None
    story.now += LEASE - timedelta(seconds=1)
    with app.app_context():
        assert claims.renew(claim, LEASE)
    story.now += LEASE
    assert take(app, "two") is None


def test_what_is_given_back_waits_first(app: Flask) -> None:
    story = Story(app)
    claim = take(app)
    assert claim is not None
    with app.app_context():
        assert claims.give_back(claim, after=timedelta(minutes=2), note="OSError")
    story.now += timedelta(minutes=2)
    assert take(app, "two") is None
    story.now += timedelta(seconds=1)
    assert take(app, "two") is not None


def test_once_is_once_even_if_the_first_was_long_ago(app: Flask) -> None:
    story = Story(app)

    def once() -> bool:
        with app.app_context(), writing() as session:
            return claims.once(session, job="test", period="x", worker="one", now=story.now)

    assert [once(), once()] == [True, False]


@pytest.mark.race
@pytest.mark.parametrize("expired", [False, True])
def test_of_sixteen_workers_one_gets_each_piece(app: Flask, expired: bool) -> None:
    story = Story(app)
    periods = [f"period {number}" for number in range(6)]
    if expired:
        for period in periods:
            take(app, "dead", period)
        story.now += LEASE + timedelta(seconds=1)

    def worker(name: int) -> list[str]:
        won = [period for period in periods if take(app, f"worker {name}", period)]
        with app.app_context():
            db.session.remove()
        return won

    with ThreadPoolExecutor(16) as crowd:
        won = [period for mine in crowd.map(worker, range(16)) for period in mine]
    assert sorted(won) == periods
