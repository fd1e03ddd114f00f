"""Commands given at the same moment: what can be true once becomes true once, and what ended meanwhile entitles nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from declarations import casework
from declarations.compliance import commands as compliance
from declarations.compliance import firms, linking
from declarations.compliance.reach import reach_of
from declarations.counterparties import NewCounterparty
from declarations.deciding.commands import end_substitute
from declarations.directory.commands import revoke
from declarations.errors import NotFound
from declarations.extensions import db
from declarations.filing.commands import start
from declarations.models import Counterparty, Declaration, Delegation, Draft, Register, RegisterSchedule, RoleGrant
from declarations.registers.commands import ask
from declarations.registers.periods import Period
from declarations.registers.scheduling import Plan, set_schedule
from tests.support.story import Story
from workflows.case import Refused
from workflows.words import Action, Kind, State


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    for name in ("Kestrel", "Osterman", "Pellworm"):
        story.firm(name)
    return story


def at_once(story: Story, jobs: Sequence[Callable[[], object]]) -> list[object]:
    """What each job answered, or the name of the sentence-bearing refusal it got; anything else fails the test."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        with story.app.app_context():
            gate.wait()
            try:
                return job()
            except (Refused, NotFound) as refusal:
                return type(refusal).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_a_substitution_that_ended_since_the_page_was_asked_for_decides_nothing(story: Story) -> None:
    story.away("Ben", substitute="Dee")
    hamper = story.declare("Amalie", firm="Kestrel", worth="700")
    dee = story.viewer("Dee")
    with story.app.app_context():
        end_substitute(person=story.viewer("Ben"), delegation_id=db.session.scalars(select(Delegation.id)).one())
    with story.app.app_context(), pytest.raises((Refused, NotFound)):
        casework.act(casework.Act(public_id=hamper, action=Action.APPROVE, actor=dee, seen_version=1))
    assert story.state(hamper) is State.WITH_MANAGER


def test_a_role_that_was_taken_since_the_page_was_asked_for_decides_nothing(story: Story) -> None:
    donation = story.declare("Amalie", firm="Kestrel", worth="2200")
    assert story.state(donation) is not State.RECORDED
    ilse = story.viewer("Ilse")
    with story.app.app_context():
        grant = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == ilse.person_id)).one()
        revoke(by=story.viewer("Adam"), grant_id=grant)
    handing_on = casework.Act(
        public_id=donation,
        action=Action.REASSIGN,
        actor=ilse,
        seen_version=1,
        inputs=casework.Inputs(reason="For you.", to_person_id=story.ids["Gerda"]),
    )
    with story.app.app_context(), pytest.raises(NotFound):
        casework.act(handing_on)
    assert story.version(donation) == 1


@pytest.mark.race
def test_firms_linked_in_a_ring_at_once_still_count_with_what_they_are_the_same_as(story: Story) -> None:
    otto, names = story.viewer("Otto"), ("Kestrel", "Osterman", "Pellworm")
    with story.app.app_context():
        session, reach = db.session(), reach_of(db.session(), otto)
        ids = {name: session.get_one(Counterparty, story.ids[name]).public_id for name in names}
        pairs = [(a, b) for a in names for b in names if a != b]
        seen = {
            (a, b): linking.seen(firms.firm(session, reach, ids[a]), firms.at_the_end(session, reach, ids[b])) for a, b in pairs
        }

    def link(a: str, b: str) -> Callable[[], object]:
        return lambda: compliance.link(
            officer=otto, public_id=ids[a], other_public_id=ids[b], how=linking.SAME, seen=seen[a, b], reason="One firm."
        )

    at_once(story, [link(a, b) for a, b in pairs])
    with story.app.app_context():
        rows = {row.id: row for row in db.session.scalars(select(Counterparty))}
        linked = [row for row in rows.values() if row.same_as_id is not None]
        assert linked
        assert [row.group_id for row in linked] == [rows[row.same_as_id or 0].group_id for row in linked]


@pytest.mark.race
def test_a_registered_number_typed_with_two_spellings_at_once_is_one_counterparty(story: Story) -> None:
    def filing(name: str, firm: str) -> Callable[[], object]:
        facts, viewer = story.facts(name, Kind.GIFT, worth="100"), story.viewer(name)
        made = Draft(owner_id=viewer.person_id, kind="gift", answers={}, created_at=story.now, updated_at=story.now)
        draft = story.column(Draft, story._add("draft", made), "public_id")
        new = NewCounterparty(firm, "supplier", "DK", "87654321")
        return lambda: casework.file(draft_public_id=draft, actor=viewer, facts=facts, answers={}, new_counterparty=new)

    at_once(story, [filing("Amalie", "Nordsø Skibe"), filing("Tomasz", "NS Marine"), filing("Dee", "N. S. Ltd.")])
    with story.app.app_context():
        known = select(func.count()).select_from(Counterparty).where(Counterparty.registered_number == "87654321")
        assert db.session.scalar(known) == 1
        assert db.session.scalar(select(func.count()).select_from(Declaration)) == 3


@pytest.mark.race
def test_a_double_click_begins_one_correction_asks_for_one_register_and_sets_one_schedule(story: Story) -> None:
    scarf = story.declare("Amalie", firm="Kestrel", worth="100")
    amalie, aud, company = story.viewer("Amalie"), story.viewer("Aud"), story.ids["company NL-DK"]
    with story.app.app_context():
        number = db.session.scalars(select(Declaration.id).where(Declaration.public_id == scarf)).one()
    month, plan = Period(date(2026, 11, 1), date(2026, 11, 30)), Plan("monthly", 3, "en")
    for twice in (
        lambda: start(owner=amalie, kind=Kind.GIFT, typed={}, purpose="correct", declaration_id=number),
        lambda: ask(viewer=aud, company_id=company, period=month, language="en"),
    ):
        assert len(set(at_once(story, [twice, twice, twice]))) == 1
    set_it = partial(set_schedule, viewer=aud, company_id=company, plan=plan, active_from=month.first_on)
    assert sorted(at_once(story, [set_it, set_it, set_it])) == [False, True, True], "each takes the place of the one before"
    with story.app.app_context():
        running = select(func.count()).select_from(RegisterSchedule).where(RegisterSchedule.stopped_at.is_(None))
        counted = [select(func.count()).select_from(Draft), select(func.count()).select_from(Register), running]
        assert [db.session.scalar(one) for one in counted] == [1, 1, 1]
