"""A draft is rehearsed over what was declared, by the worker, and its page says what would change."""

import html
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from declarations.extensions import db, writing
from declarations.jobs.claims import Claim
from declarations.jobs.worker import Worker
from declarations.models import PolicyRehearsal
from declarations.rehearsing import rehearsal, turn
from tests.pages.policy_drafts.desk import Desk, words
from tests.support.story import Story
from workflows.words import Kind, Role


def work(story: Story) -> int:
    with story.app.app_context():
        return Worker().tick()


def rehearsed(desk: Desk, name: str = "Ilse", months: str = "12") -> str:
    """The address of a rehearsal that was just asked for."""
    answer = desk.by(name).post(desk.url + "/rehearsals", data={"months": months})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def meals(story: Story, *worths: str) -> None:
    story.firm("Acme")
    for worth in worths:
        story.declare("Amalie", Kind.ENTERTAINMENT, firm="Acme", worth=worth, form="meal", title=f"Dinner of {worth}")


def test_a_rehearsal_says_what_would_change_and_opens_every_figure(story: Story) -> None:
    meals(story, "430", "450", "560.01")
    desk = Desk(story)
    before = rehearsed(desk)
    desk.limit("Ilse", "429.99")
    after = rehearsed(desk)
    work(story)
    assert "No declaration would have another answer." in words(desk.by("Ilse").get(before).text)
    page = desk.by("Ilse").get(after)
    assert "2 of 3 declarations would have another answer." in words(page.text)
    assert "Entertainment Recorded Manager 2" in words(page.text)
    link = re.search(r'href="(/policy/rehearsals/[^"]+/declarations\?[^"]+)"', page.text)
    assert link
    listed = words(desk.by("Ilse").get(html.unescape(link[1])).text)
    assert "now: Recorded; with the draft: Manager" in listed
    assert "Dinner of 430" in listed
    assert "Dinner of 450" in listed
    assert "560.01" not in listed
    for by in ("company", "class", "nonsense"):
        assert desk.by("Ilse").get(f"{after}?by={by}").status_code == 200
    assert desk.by("Ilse").get(f"{after}/declarations?kind=x&company=y&before=z&breach=q").status_code == 200


def test_a_rehearsal_is_the_workers_and_its_page_shows_how_far_it_is(story: Story) -> None:
    meals(story, "430")
    desk = Desk(story)
    page = rehearsed(desk)
    assert rehearsed(desk) == page, "one of the same text and days is under way"
    waits = desk.by("Ilse").get(page)
    assert "It begins in a moment." in words(waits.text)
    assert waits.headers["Refresh"] == "2"
    assert desk.by("Ilse").get(page + "/declarations").status_code == 404
    with story.app.app_context(), writing() as session:
        session.execute(update(PolicyRehearsal).values(started_at=story.now, percent=42))
    assert "42 % so far" in words(desk.by("Aud").get(page).text)
    with story.app.app_context():
        Worker().hurry()  # beside whatever else the worker does
    done = desk.by("Aud").get(page)
    assert "Refresh" not in done.headers
    assert "No declaration would have another answer." in words(done.text)
    assert "Ilse, today at" in words(done.text)
    assert "Ilse rehearsed it." in words(desk.by("Aud").get(desk.url).text)
    assert rehearsed(desk) != page


def test_what_was_rehearsed_stays_what_it_was_and_says_what_has_moved_on(story: Story) -> None:
    meals(story, "430", "450")
    desk = Desk(story)
    desk.limit("Ilse", "440")
    page = rehearsed(desk)
    desk.limit("Ilse", "445")  # while it waits
    work(story)
    text = words(desk.by("Ilse").get(page).text)
    assert "1 of 2 declarations would have another answer." in text
    assert "The draft has been changed since." in text
    assert "Since then" not in text
    desk.limit("Ilse", "440")
    assert "has been changed since" not in words(desk.by("Ilse").get(page).text)
    meals(story, "460")
    text = words(desk.by("Ilse").get(page).text)
    assert "1 of 2 declarations would have another answer." in text
    assert "Since then something was done with one declaration." in text
    assert "Since then" in words(desk.by("Ilse").get(page + "/declarations?kind=entertainment").text)


def test_a_rehearsal_survives_its_worker_and_one_that_cannot_be_worked_out_is_given_up(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    meals(story, "430")
    desk = Desk(story)
    page = rehearsed(desk)

    def dies(**_: object) -> None:
        raise KeyboardInterrupt

    really = rehearsal.rehearse
    monkeypatch.setattr(rehearsal, "rehearse", dies)
    with pytest.raises(KeyboardInterrupt):
        work(story)
    monkeypatch.setattr(rehearsal, "rehearse", really)
    work(story)
    assert "It is being rehearsed." in words(desk.by("Ilse").get(page).text), "somebody else's as long as the claim holds"
    story.now += turn.LEASE + timedelta(seconds=1)
    work(story)
    assert "No declaration would have another answer." in words(desk.by("Ilse").get(page).text)

    def fails(**_: object) -> None:
        raise ValueError("of no use")

    page = rehearsed(desk)
    monkeypatch.setattr(rehearsal, "rehearse", fails)
    for _ in range(turn.MOST_TRIES):
        work(story)
        story.now += timedelta(hours=1)
    broken = desk.by("Ilse").get(page)
    assert "even after several tries" in words(broken.text)
    assert "Refresh" not in broken.headers


def test_how_far_it_is_is_noted_while_it_is_worked_out(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(story)
    rehearsed(desk)
    really, noted, seen = rehearsal.rehearse, threading.Event(), []

    def note(claim: Claim, share: float) -> None:
        turn_note(claim, share)
        if share:
            seen.append(db.session.scalar(select(PolicyRehearsal.percent)))
            noted.set()

    def slow(*, progress: Callable[[float], None], **asked: Any) -> Any:
        progress(0.42)
        assert noted.wait(60)
        return really(progress=progress, **asked)

    turn_note = turn.note
    monkeypatch.setattr(turn, "note", note)
    monkeypatch.setattr(turn, "EVERY", 0.01)
    monkeypatch.setattr(rehearsal, "rehearse", slow)
    work(story)
    assert seen[0] == 42
    with story.app.app_context():
        assert db.session.scalar(select(PolicyRehearsal.percent)) == 100


def test_officers_of_the_company_rehearse_and_only_its_overseers_read_it(story: Story) -> None:
    story.person("Uta", company="NL-DE")
    story.grant("Uta", Role.COMPLIANCE_OFFICER, "NL-DE")
    desk = Desk(story)
    page = rehearsed(desk, "Otto")
    work(story)
    for name in ("Amalie", "Ben", "Adam", "Uta"):
        assert desk.by(name).get(page).status_code == desk.by(name).get(page + "/declarations").status_code == 404, name
    for name in ("Amalie", "Aud", "Uta"):
        assert desk.by(name).post(desk.url + "/rehearsals").status_code == 404, name
    desk.post("Ilse", "/text", text="x")
    assert desk.by("Ilse").post(desk.url + "/rehearsals").status_code == 422
    assert "cannot be rehearsed until it reads" in words(desk.by("Ilse").get(desk.url + "/rehearsals").text)
    assert "Of an earlier text" in words(desk.by("Ilse").get(desk.url + "/rehearsals").text)
    desk.post("Ilse", "/withdraw", reason="Enough.")
    assert desk.by("Ilse").post(desk.url + "/rehearsals").status_code == 409
