"""How many declarations are filed and decided in a second, by one writer and by several at once, on both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import select

from benchmarks.measure import Report, measure, tell
from benchmarks.pages import database
from declarations import casework
from declarations.extensions import db, writing
from declarations.models import Declaration, Draft
from tests.support.story import Story
from workflows.words import Action, Kind

WRITERS = 4
PEOPLE = ("Amalie", "Tomasz", "Ilse", "Adam", "Ben", "Dee")
FIRM = "Kestrel Logistics"


def drafts(app: Flask, story: Story, count: int) -> list[str]:
    """`count` drafts ready to be filed, the people in turn."""
    with app.app_context(), writing() as session:
        rows = [
            Draft(
                owner_id=story.ids[PEOPLE[n % len(PEOPLE)]], kind="gift", answers={}, created_at=story.now, updated_at=story.now
            )
            for n in range(count)
        ]
        session.add_all(rows)
        session.flush()
        return [row.public_id for row in rows]


def per_second(app: Flask, jobs: list[Callable[[], object]], writers: int) -> float:
    """All jobs done by `writers` threads that begin together."""
    gate = threading.Barrier(writers + 1)

    def work(mine: list[Callable[[], object]]) -> None:
        with app.app_context():
            gate.wait()
            for job in mine:
                job()
            db.session.remove()

    with ThreadPoolExecutor(writers) as pool:
        running = [pool.submit(work, jobs[n::writers]) for n in range(writers)]
        gate.wait()
        began = time.perf_counter()
        for one in running:
            one.result()
        return len(jobs) / (time.perf_counter() - began)


def filings(story: Story, public_ids: list[str]) -> list[Callable[[], object]]:
    """One job a draft: file a hamper worth DKK 700."""
    made = {name: (story.viewer(name), story.facts(name, Kind.GIFT, firm=FIRM, worth="700")) for name in PEOPLE}

    def job(number: int, public_id: str) -> Callable[[], object]:
        viewer, facts = made[PEOPLE[number % len(PEOPLE)]]
        return lambda: casework.file(draft_public_id=public_id, actor=viewer, facts=facts, answers={}, new_counterparty=None)

    return [job(number, public_id) for number, public_id in enumerate(public_ids)]


def approvals(story: Story, app: Flask) -> list[Callable[[], object]]:
    """One job for each declaration that waits for a manager."""
    with app.app_context():
        rows = db.session.execute(
            select(Declaration.public_id, Declaration.assignee_id).where(Declaration.state == "with_manager")
        ).all()
    names = {number: name for name, number in story.ids.items() if name in {*PEOPLE, "Gerda", "Otto", "Vera"}}
    viewers = {row.assignee_id: story.viewer(names[row.assignee_id]) for row in rows if row.assignee_id in names}

    def job(public_id: str, assignee: int) -> Callable[[], object]:
        return lambda: casework.act(
            casework.Act(public_id=public_id, action=Action.APPROVE, actor=viewers[assignee], seen_version=1)
        )

    return [job(row.public_id, row.assignee_id) for row in rows if row.assignee_id in viewers]


def work(report: Report) -> None:
    """File with one writer, file with several, decide with several."""
    for backend in ("sqlite", "postgresql"):
        tell(f"{backend} …")
        with database(backend) as app:
            story = Story(app).house()
            story.firm(FIRM)
            alone = per_second(app, filings(story, drafts(app, story, report.rows)), 1)
            together = per_second(app, filings(story, drafts(app, story, report.rows)), WRITERS)
            decided = per_second(app, approvals(story, app), WRITERS)
            report.figure(f"{backend}_filed_per_s_one_writer", alone)
            report.figure(f"{backend}_filed_per_s_{WRITERS}_writers", together)
            report.figure(f"{backend}_decided_per_s_{WRITERS}_writers", decided)
            report.ratio(f"{backend}_{WRITERS}_writers_over_one", together / alone)


if __name__ == "__main__":
    measure("commands", work, rows=100)
