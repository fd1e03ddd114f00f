"""One hand writes, once: what a command does is whole, explained by one event, and never done twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from declarations import casework, snapshot
from declarations.errors import Changed, NotFound
from declarations.extensions import db, writing
from declarations.models import Condition, Decider, Declaration, Disclosure, Draft, Event, Filing, NoticeRow, NumberSeries
from tests.support.story import Story
from workflows.case import Forbidden, Inputs, Refused, Stale
from workflows.words import Action, Disposition, Kind, State


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Kestrel Logistics")
    return story


def hamper(story: Story, worth: str = "700") -> str:
    return story.declare("Amalie", Kind.GIFT, firm="Kestrel Logistics", worth=worth)


def test_a_small_gift_is_recorded_at_once(story: Story) -> None:
    assert story.state(hamper(story, "300")) is State.RECORDED


def test_a_hamper_goes_to_the_manager_and_is_approved_by_him(story: Story) -> None:
    declaration = hamper(story)
    assert story.state(declaration) is State.WITH_MANAGER
    story.act("Ben", Action.APPROVE, declaration)
    assert story.state(declaration) is State.APPROVED


def test_while_the_manager_is_away_his_substitute_decides_for_him(story: Story) -> None:
    story.away("Ben", substitute="Dee")
    declaration = hamper(story)
    step = story.act("Dee", Action.APPROVE, declaration)
    assert step.on_behalf_of == story.ids["Ben"]
    with story.app.app_context():
        decider = db.session.scalars(select(Decider)).one()
        assert (decider.person_id, decider.on_behalf_of_id) == (story.ids["Dee"], story.ids["Ben"])


def test_every_command_writes_one_event_that_explains_the_state(story: Story) -> None:
    declaration = hamper(story)
    story.act("Ben", Action.SEND_BACK, declaration, reason="Who else was there?")
    story.act("Amalie", Action.ANSWER, declaration, reason="The whole team.")
    story.act("Ben", Action.APPROVE, declaration)
    with story.app.app_context():
        row = db.session.scalars(select(Declaration)).one()
        events = db.session.scalars(select(Event).where(Event.declaration_id == row.id).order_by(Event.sequence)).all()
        assert [event.sequence for event in events] == [1, 2, 3, 4]
        assert [event.state_to for event in events] == ["with_manager", "sent_back", "with_manager", "approved"]
        assert row.version == 4
        assert [later.previous for later in events[1:]] == [event.digest for event in events[:-1]]


def test_the_last_event_commits_to_every_column_of_the_declaration_that_is_not_worked_out_of_others(story: Story) -> None:
    hamper(story)
    with story.app.app_context():
        row = db.session.scalars(select(Declaration)).one()
        event = db.session.scalars(select(Event).where(Event.declaration_id == row.id)).one()
        kept = db.session.get_one(Disclosure, (event.id, "row"))
        assert kept.value == snapshot.row_of(row)
        assert set(kept.value) == {column.key for column in Declaration.__table__.columns} - snapshot.DERIVED


def test_facts_read_back_from_a_filing_are_the_facts_that_were_filed(story: Story) -> None:
    facts = story.facts(
        "Amalie", Kind.GIFT, firm="Kestrel Logistics", worth="410.55", exempt=frozenset({"b", "a"}), named=frozenset({3, 1})
    )
    assert snapshot.facts_from(snapshot.facts_json(facts)) == facts


def test_a_draft_filed_twice_becomes_one_declaration(story: Story) -> None:
    facts = story.facts("Amalie", Kind.GIFT, firm="Kestrel Logistics", worth="300")
    story._add("draft", Draft(owner_id=story.ids["Amalie"], kind="gift", answers={}, created_at=story.now, updated_at=story.now))
    public_id = story.column(Draft, story.ids["draft"], "public_id")
    viewer = story.viewer("Amalie")
    with story.app.app_context():
        filed = [
            casework.file(draft_public_id=public_id, actor=viewer, facts=facts, answers={}, new_counterparty=None) for _ in "ab"
        ]
        assert filed == [public_id, public_id]
        assert db.session.scalar(select(func.count()).select_from(Declaration)) == 1


def test_nobody_files_another_persons_draft(story: Story) -> None:
    facts = story.facts("Ben", Kind.GIFT, firm="Kestrel Logistics", worth="300")
    story._add("draft", Draft(owner_id=story.ids["Amalie"], kind="gift", answers={}, created_at=story.now, updated_at=story.now))
    public_id, viewer = story.column(Draft, story.ids["draft"], "public_id"), story.viewer("Ben")
    with story.app.app_context(), pytest.raises(NotFound):
        casework.file(draft_public_id=public_id, actor=viewer, facts=facts, answers={}, new_counterparty=None)


def test_what_was_seen_before_a_change_cannot_be_decided(story: Story) -> None:
    declaration = hamper(story)
    viewer = story.viewer("Ben")
    story.act(
        "Amalie", Action.CORRECT, declaration, facts=story.facts("Amalie", Kind.GIFT, firm="Kestrel Logistics", worth="900")
    )
    with story.app.app_context(), pytest.raises(Changed):
        casework.act(casework.Act(public_id=declaration, action=Action.APPROVE, actor=viewer, seen_version=1))


def test_a_stranger_gets_the_same_answer_as_for_nothing(story: Story) -> None:
    declaration, viewer = hamper(story), story.viewer("Dee")
    with story.app.app_context():
        for public_id in (declaration, "nothing-like-it"):
            with pytest.raises(NotFound):
                casework.act(casework.Act(public_id=public_id, action=Action.APPROVE, actor=viewer, seen_version=1))


def test_nobody_decides_their_own_declaration(story: Story) -> None:
    declaration, viewer = hamper(story), story.viewer("Amalie")
    with story.app.app_context(), pytest.raises(Forbidden):
        casework.act(casework.Act(public_id=declaration, action=Action.APPROVE, actor=viewer, seen_version=1))


def test_a_refused_command_leaves_nothing_behind(story: Story) -> None:
    declaration, viewer = hamper(story), story.viewer("Ben")
    with story.app.app_context():
        with pytest.raises(Refused):
            casework.act(
                casework.Act(public_id=declaration, action=Action.REFUSE, actor=viewer, seen_version=1, inputs=Inputs(reason=""))
            )
        assert db.session.scalar(select(func.count()).select_from(Event).where(Event.declaration_id.is_not(None))) == 1
        assert db.session.scalar(select(func.count()).select_from(NoticeRow)) == 1


def test_numbers_have_no_gaps_after_a_refused_filing(story: Story) -> None:
    hamper(story, "300")
    facts = replace(
        story.facts("Amalie", Kind.GIFT, firm="Kestrel Logistics", worth="300"), occurred_on=story.now.date() + timedelta(3)
    )
    story._add("draft", Draft(owner_id=story.ids["Amalie"], kind="gift", answers={}, created_at=story.now, updated_at=story.now))
    public_id, viewer = story.column(Draft, story.ids["draft"], "public_id"), story.viewer("Amalie")
    with story.app.app_context(), pytest.raises(Refused):
        casework.file(draft_public_id=public_id, actor=viewer, facts=facts, answers={}, new_counterparty=None)
    hamper(story, "310")
    with story.app.app_context():
        assert db.session.scalars(select(NumberSeries.last)).all() == [2]
        assert db.session.scalars(select(Declaration.number).order_by(Declaration.id)).all() == ["G-2026-0001", "G-2026-0002"]


def test_who_is_told_gets_one_notice_without_content(story: Story) -> None:
    hamper(story)
    with story.app.app_context():
        notice = db.session.scalars(select(NoticeRow)).one()
        assert notice.person_id == story.ids["Ben"]
        assert set(notice.params) == {"number", "declaration"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET action = 'declaration:approved'",
        "DELETE FROM event",
        "UPDATE filing SET answers = '{}'",
        "DELETE FROM decider",
        "DELETE FROM declaration",
        "UPDATE declaration SET state = 'approved'",
        "UPDATE declaration SET state = 'approved', version = version + 1",
        "UPDATE declaration SET version = version - 1",
    ],
)
def test_the_database_refuses_history_to_be_changed_and_states_without_an_event(story: Story, statement: str) -> None:
    declaration = hamper(story)
    story.act("Ben", Action.APPROVE, declaration)
    with story.app.app_context():
        if "'approved'" in statement and "declaration SET" in statement:
            statement = statement.replace("'approved'", "'refused'")
        with pytest.raises(DBAPIError), writing() as session:
            session.execute(text(statement))
        assert db.session.scalars(select(Declaration.state)).one() == "approved"


def test_outside_a_command_the_database_cannot_be_written(story: Story) -> None:
    with story.app.app_context(), pytest.raises(DBAPIError):
        db.session.execute(text("DELETE FROM notice"))


def test_a_corrected_declaration_keeps_every_filing(story: Story) -> None:
    declaration = hamper(story, "300")
    story.act(
        "Amalie", Action.CORRECT, declaration,
        facts=story.facts("Amalie", Kind.GIFT, firm="Kestrel Logistics", worth="300", disposition=Disposition.RETURNED),
    )  # fmt: skip
    with story.app.app_context():
        assert db.session.scalars(select(Filing.sequence).order_by(Filing.sequence)).all() == [1, 2]
        assert db.session.scalars(select(Declaration.disposition)).one() == "returned"


@pytest.mark.race
def test_of_32_approvals_at_once_one_wins_and_31_are_told_so(story: Story) -> None:
    declaration = hamper(story)
    viewer, gate = story.viewer("Ben"), threading.Barrier(32)

    def approve(_: int) -> str:
        with story.app.app_context():
            gate.wait()
            try:
                casework.act(casework.Act(public_id=declaration, action=Action.APPROVE, actor=viewer, seen_version=1))
            except Changed:
                return "changed"
            finally:
                db.session.remove()
            return "won"

    with ThreadPoolExecutor(32) as pool:
        results = list(pool.map(approve, range(32)))
    assert sorted(results) == ["changed"] * 31 + ["won"]
    assert story.version(declaration) == 2


@pytest.mark.race
def test_filings_at_once_get_numbers_without_gap_or_double(story: Story) -> None:
    gate = threading.Barrier(8)
    names = ["Amalie", "Tomasz", "Ben", "Dee", "Ilse", "Aud", "Adam", "Otto"]
    made = [(name, story.facts(name, Kind.GIFT, firm="Kestrel Logistics", worth="100"), story.viewer(name)) for name in names]
    drafts = []
    for name in names:
        story._add("draft", Draft(owner_id=story.ids[name], kind="gift", answers={}, created_at=story.now, updated_at=story.now))
        drafts.append(story.column(Draft, story.ids["draft"], "public_id"))

    def file(index: int) -> str:
        _, facts, viewer = made[index]
        with story.app.app_context():
            gate.wait()
            try:
                return casework.file(draft_public_id=drafts[index], actor=viewer, facts=facts, answers={}, new_counterparty=None)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(file, range(8)))) == 8
    with story.app.app_context():
        numbers = db.session.scalars(select(Declaration.number).order_by(Declaration.number)).all()
        assert numbers == [f"G-2026-{n:04d}" for n in range(1, 9)]


def test_a_condition_is_said_to_be_met_once_by_the_declarant(story: Story) -> None:
    declaration = hamper(story)
    story.act("Ben", Action.APPROVE_WITH_CONDITIONS, declaration, conditions=(("Share it with the team.", story.now.date()),))
    with story.app.app_context():
        condition = db.session.scalars(select(Condition.id)).one()
    with pytest.raises(Forbidden):
        story.act("Ben", Action.FULFIL, declaration, reason="She did.", condition_id=condition)
    story.act("Amalie", Action.FULFIL, declaration, reason="We ate it on Friday.", condition_id=condition)
    assert story.state(declaration) is State.APPROVED_WITH_CONDITIONS
    with story.app.app_context():
        assert db.session.scalars(select(Condition.met_at)).one() == story.now
    with pytest.raises(Stale):
        story.act("Amalie", Action.FULFIL, declaration, reason="Again.", condition_id=condition)


def test_a_condition_of_another_declaration_cannot_be_met_here(story: Story) -> None:
    mine, other = hamper(story), story.declare("Tomasz", Kind.GIFT, firm="Kestrel Logistics", worth="700")
    story.act("Ben", Action.APPROVE_WITH_CONDITIONS, mine, conditions=(("Share it.", story.now.date()),))
    story.act("Dee", Action.APPROVE_WITH_CONDITIONS, other, conditions=(("Give it back.", story.now.date()),))
    with story.app.app_context():
        foreign = db.session.scalars(select(Condition.id).where(Condition.text == "Give it back.")).one()
    with pytest.raises(Stale):
        story.act("Amalie", Action.FULFIL, mine, reason="Done.", condition_id=foreign)


@pytest.mark.race
def test_people_who_file_to_managers_who_are_filing_too_never_block_each_other_for_good(story: Story) -> None:
    names = ["Amalie", "Ben", "Tomasz", "Dee"] * 3
    made = {name: (story.facts(name, Kind.GIFT, firm="Kestrel Logistics", worth="700"), story.viewer(name)) for name in names}
    with story.app.app_context(), writing() as session:
        rows = [Draft(owner_id=story.ids[n], kind="gift", answers={}, created_at=story.now, updated_at=story.now) for n in names]
        session.add_all(rows)
        session.flush()
        drafts = [(name, row.public_id) for name, row in zip(names, rows, strict=True)]
    gate = threading.Barrier(4)

    def file(first: int) -> int:
        with story.app.app_context():
            gate.wait()
            for name, public_id in drafts[first::4]:
                facts, viewer = made[name]
                casework.file(draft_public_id=public_id, actor=viewer, facts=facts, answers={}, new_counterparty=None)
            db.session.remove()
        return 3

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(file, range(4))) == 12
