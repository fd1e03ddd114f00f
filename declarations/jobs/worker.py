"""The worker looks for due work every few seconds, claims a piece, does it, and stops cleanly after the piece in hand.

APScheduler only keeps time, in this process's memory; what is due and who does it is in the database. A failed piece is given
back and waits longer each time.
"""

import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app

from declarations import clock
from declarations.database.unfit import sentence_of
from declarations.extensions import db
from declarations.jobs import claims, recording
from declarations.jobs.due import Piece, looked_at, pieces
from declarations.notices import outbox
from declarations.registers import building

log = logging.getLogger(__name__)

KINDNESS = 5  # how much it lets web servers on the same machine go first
RECORD_EVERY = 15  # seconds: every event is in the tree within a minute
LOOKED_AT_EVERY = 2  # seconds: how soon something begins that somebody waits for


class Worker:
    """One worker process. `tick` may be called by itself, in an app context; `run` calls it until told to stop."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:40]}/{os.getpid()}/{secrets.token_hex(4)}"
        self._stop = threading.Event()
        self._ticked = time.monotonic()
        self._busy, self._hurrying = threading.Lock(), threading.Lock()

    def tick(self) -> int:
        """Do all that is due and return how many pieces that were; a mail counts as one, and so does a leaf of the record."""
        with self._busy:
            self._ticked = time.monotonic()
            sent = outbox.send_due(self._stop.is_set)
            recorded = recording.turn(self.name)
            return sent + recorded + self._work() + recording.turn(self.name) + outbox.send_due(self._stop.is_set)

    def record(self) -> None:
        """Sequence and sign the record, beside whatever else is being done: a long piece of work must not make it wait."""
        recording.turn(f"{self.name}/record")

    def hurry(self) -> None:
        """Do what somebody looks at the page of, beside whatever else is being done: it must not wait for a register."""
        if not self._hurrying.acquire(blocking=False):
            return
        try:
            for piece in looked_at(db.session()):
                if not self._stop.is_set():
                    self._do(piece)
        finally:
            self._hurrying.release()

    def _work(self) -> int:
        """Piece by piece; one may call for the next, as a reminder for the morning's mail, so look again until nothing is left."""
        done = 0
        while not self._stop.is_set():
            due = list(pieces(db.session(), clock.now()))
            did = sum(self._do(piece) for piece in due if not self._stop.is_set())
            done += did
            if not did:
                break
        return done

    def _do(self, piece: Piece) -> bool:
        claim = claims.take(job=piece.job, period=piece.period, worker=self.name, lease=piece.lease)
        if claim is None:
            return False
        try:
            piece.do(claim)
        except Exception as problem:
            log.exception("%s %s failed (try %s)", piece.job, piece.period, claim.tries)
            after = timedelta(minutes=min(2 ** (claim.tries - 1), 60))
            claims.give_back(claim, after=after, note=type(problem).__name__)
            return True
        claims.finish(claim)
        return True

    def run(self, app: Flask, every: float, say: Callable[[str], None]) -> None:
        """Tick every so many seconds until SIGTERM or SIGINT; `say` hears when it is at work and when no more."""
        os.nice(KINDNESS)
        with app.app_context():
            building.sweep()
        scheduler = BackgroundScheduler(timezone="UTC")
        job = scheduler.add_job(
            _in_context(app, self.tick),
            "interval",
            seconds=every,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.add_job(
            _in_context(app, self.record),
            "interval",
            seconds=min(every, RECORD_EVERY),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.add_job(
            _in_context(app, self.hurry),
            "interval",
            seconds=min(every, LOOKED_AT_EVERY),
            max_instances=2,  # the second finds the first at work and goes away
            coalesce=True,
            misfire_grace_time=None,
        )
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: self._stop.set())
        scheduler.start()
        say("The worker is at work; Ctrl-C stops it.")
        while not self._stop.wait(every):
            self._watch(every, job)
        scheduler.shutdown(wait=True)  # the piece in hand is finished first
        say("The worker has stopped.")

    def _watch(self, every: float, job: Any) -> None:
        """A clock set back would let the scheduler sleep through; the monotonic clock notices."""
        if time.monotonic() - self._ticked > 4 * every + 30 and not self._busy.locked():
            job.modify(next_run_time=datetime.now(UTC))


def _in_context(app: Flask, tick: Callable[[], object]) -> Callable[[], None]:
    def ticking() -> None:
        with app.app_context():
            try:
                tick()
            except Exception as problem:
                sentence = sentence_of(problem)
                log.error("The worker's round failed: %s", sentence or type(problem).__name__, exc_info=sentence is None)

    return ticking


def seconds() -> int:
    """How often to look, from the settings."""
    return int(current_app.config["SETTINGS"].worker_tick_seconds)
