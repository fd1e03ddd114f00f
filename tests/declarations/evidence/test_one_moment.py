"""A clock never stands still: what a row says of its moment and what its event says agree all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from declarations.evidence.cli import sha256_of_file
from declarations.evidence.verify import verify
from declarations.extensions import db
from declarations.jobs.worker import Worker
from tests.support.story import Story

DAYS = {"period": "days", "first_on": "2026-11-01", "last_on": "2026-11-30", "language": "en"}
RHYTHM = {"rhythm": "monthly", "working_day": "3", "language": "en"}
AWAY = {"who": "dee@nordlys.example", "first_on": "2026-11-20", "last_on": "2026-11-27"}
ROLE = {"role": "internal_auditor", "company": "NL-DK"}


def ticking(story: Story) -> None:
    def tick() -> datetime:
        story.now += timedelta(microseconds=1)
        return story.now

    story.app.config["CLOCK"] = tick


def differences(story: Story) -> set[str]:
    with story.app.app_context():
        return {str(one) for one in verify(db.session().connection(), sha256_of_file, lambda *_: None)}


def sent(story: Story, by: str, where: str, **typed: Any) -> str:
    answer = story.client(by).post(where, data=typed, buffered=True)
    assert answer.status_code in (200, 302, 303), answer.text
    return str(answer.location)


def test_whatever_people_do_the_record_agrees_however_the_clock_runs(app: Flask) -> None:
    story = Story(app, datetime(2026, 11, 20, 9, 0, tzinfo=UTC)).house()
    story.firm("Osterman")
    story.declare("Amalie", firm="Osterman", worth="300")
    before = differences(story)
    ticking(story)
    company = str(story.ids["company NL-DK"])
    register = sent(story, "Aud", "/registers", company=company, **DAYS)
    with app.app_context():
        Worker().tick()
    for taken in ("download", "bundle"):
        sent(story, "Aud", f"{register}/{taken}")
    sample = sent(story, "Aud", f"{register}/samples", method="random", size="1", seed="4711")
    sent(story, "Aud", f"{sample}/work-paper")
    for findings in ("One.", "And another."):
        sent(story, "Aud", f"{register}/sign-off", findings=findings)
    sent(story, "Aud", "/registers/schedules", company=company, **RHYTHM)
    sent(story, "Aud", "/registers/schedules/1/stop")
    sent(story, "Ben", "/substitute", **AWAY)
    sent(story, "Ben", "/substitute/end", delegation="1")
    tender = {"company": "NL-DK", "firm": "Osterman", "title": "Hosting"}
    sent(story, "Ilse", "/tenders/new", first_on="2026-11-19", last_on="2026-11-20", **tender)
    person = story.client("Adam").get("/directory?q=Amalie").text.partition("/directory/people/")[2].partition('"')[0]
    sent(story, "Adam", f"/directory/people/{person}/roles", **ROLE)
    assert differences(story) - before == set()
