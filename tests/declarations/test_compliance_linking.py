"""Linking joins totals, never silently and never for good: a reason, the record, an undoing, and no declaration's row touched."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from declarations import snapshot
from declarations.compliance import commands, linking
from declarations.compliance.firms import LINKING, firm, undoable
from declarations.compliance.linking import GROUP, SAME
from declarations.compliance.near import near_limits
from declarations.compliance.reach import reach_of
from declarations.counterparties import NewCounterparty, find_or_create
from declarations.errors import NotFound
from declarations.extensions import db, writing
from declarations.models import Counterparty, Declaration, Disclosure, Event, RoleGrant, Spelling
from declarations.world import filing_of
from tests.support.story import Story
from workflows.case import Forbidden, Invalid, Stale

ACME, ALIAS, OTHER = "Acme Nordic ApS", "ACME Nordic", "Kestrel Logistics"


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    for name in (ACME, ALIAS, OTHER):
        story.firm(name)
    return story


def public(story: Story, name: str) -> str:
    return str(story.column(Counterparty, story.ids[name], "public_id"))


def seen(story: Story, one: str, other: str) -> str:
    viewer = story.viewer("Ilse")
    with story.app.app_context():
        moving = firm(db.session(), reach_of(db.session(), viewer), public(story, one))
        return linking.seen(moving, db.session.get_one(Counterparty, story.ids[other]))


def link(story: Story, one: str = ALIAS, other: str = ACME, how: str = SAME, by: str = "Ilse", **more: Any) -> None:
    given = {"seen": seen(story, one, other), "reason": "The same number in the trade register"} | more
    viewer, ids = story.viewer(by), (public(story, one), public(story, other))
    with story.app.app_context():
        commands.link(officer=viewer, public_id=ids[0], other_public_id=ids[1], how=how, **given)


def undo(story: Story, one: str = ALIAS, by: str = "Ilse") -> None:
    viewer, public_id = story.viewer(by), public(story, one)
    with story.app.app_context():
        commands.undo(officer=viewer, public_id=public_id, reason="They are two after all")


def totals(story: Story) -> list[int]:
    viewer = story.viewer("Ilse")
    with story.app.app_context():
        return [one.total.minor for one in near_limits(db.session(), reach_of(db.session(), viewer), story.now.date()).standings]


def rows(story: Story) -> list[tuple[Any, ...]]:
    with story.app.app_context():
        return [tuple(row) for row in db.session.execute(select(*Declaration.__table__.columns).order_by(Declaration.id))]


def rules(story: Story, declaration: str) -> list[str]:
    """The rules that matched when it was filed."""
    with story.app.app_context():
        row = db.session.scalars(select(Declaration).where(Declaration.public_id == declaration)).one()
        return [finding.rule for finding in snapshot.assessment_from(filing_of(db.session(), row).assessment).findings]


def events(story: Story, name: str) -> list[tuple[str, dict[str, Any], str]]:
    """(action, what stands openly, the reason disclosed) of what compliance did to a counterparty."""
    its = select(Event).where(Event.stream == f"counterparty/{public(story, name)}", Event.action.in_(LINKING))
    with story.app.app_context():
        found = db.session.scalars(its.order_by(Event.sequence)).all()
        return [
            (
                event.action,
                json.loads(event.body)["public"],
                db.session.scalar(select(Disclosure.value).where(Disclosure.event_id == event.id, Disclosure.name == "reason")),
            )
            for event in found
        ]


@pytest.mark.parametrize("how", [SAME, GROUP])
def test_linking_joins_totals_is_in_the_record_and_touches_no_declaration(story: Story, how: str) -> None:
    story.declare("Amalie", firm=ACME, worth="1200")
    story.declare("Amalie", firm=ALIAS, worth="1000")
    before = rows(story)
    assert totals(story) == []
    link(story, how=how)
    assert totals(story) == [2_200_00]
    assert rows(story) == before
    ((action, said, reason),) = events(story, ALIAS)
    assert action == {SAME: "counterparty:linked", GROUP: "counterparty:grouped"}[how]
    assert said["to"] == story.ids[ACME]
    assert reason == "The same number in the trade register"


@pytest.mark.parametrize("how", [SAME, GROUP])
def test_undoing_restores_what_was(story: Story, how: str) -> None:
    story.declare("Amalie", firm=ACME, worth="1600")
    story.declare("Amalie", firm=ALIAS, worth="1000")
    group = story.column(Counterparty, story.ids[ALIAS], "group_id")
    link(story, how=how)
    assert totals(story) == [2_600_00]
    undo(story)
    assert totals(story) == [1_600_00]
    assert story.column(Counterparty, story.ids[ALIAS], "group_id") == group
    assert story.column(Counterparty, story.ids[ALIAS], "same_as_id") is None
    assert [action for action, _said, _why in events(story, ALIAS)][-1] in ("counterparty:unlinked", "counterparty:ungrouped")
    with pytest.raises(Invalid):
        undo(story)


def test_the_policy_counts_what_is_linked_together_when_the_next_one_is_filed(story: Story) -> None:
    today = story.now.date()
    for ago, worth in ((3, "490"), (5, "480"), (7, "400"), (9, "400"), (11, "400")):
        story.declare("Amalie", firm=ALIAS, worth=worth, occurred_on=today - timedelta(ago))
    apart = story.declare("Amalie", firm=ACME, worth="60", occurred_on=today)
    link(story)
    together = story.declare("Amalie", firm=ACME, worth="60", occurred_on=today)
    assert "giver-total" not in rules(story, apart)
    assert "giver-total" in rules(story, together)


def test_what_is_declared_under_a_linked_spelling_lands_on_the_other(story: Story) -> None:
    link(story)
    with story.app.app_context(), writing() as session:
        found = find_or_create(session, new=NewCounterparty(ALIAS, "supplier", "DK"), by_id=story.ids["Amalie"], now=story.now)
        assert found.id == story.ids[ACME]


def test_those_linked_before_move_along(story: Story) -> None:
    link(story, ALIAS, ACME)
    link(story, ACME, OTHER)
    group = story.column(Counterparty, story.ids[OTHER], "group_id")
    assert story.column(Counterparty, story.ids[ALIAS], "group_id") == group
    undo(story, ACME)
    assert story.column(Counterparty, story.ids[ALIAS], "group_id") != group
    assert story.column(Counterparty, story.ids[ALIAS], "same_as_id") == story.ids[ACME]


def test_a_circle_cannot_be_linked(story: Story) -> None:
    link(story, ALIAS, ACME)
    with pytest.raises(Invalid):
        link(story, ACME, ALIAS, seen=seen(story, ACME, ACME))
    with pytest.raises(Invalid):
        link(story, ALIAS, OTHER)
    with pytest.raises(Invalid):
        link(story, OTHER, OTHER)


def test_without_a_reason_nothing_is_linked(story: Story) -> None:
    with pytest.raises(Invalid):
        link(story, reason="  ")
    assert events(story, ALIAS) == []
    assert story.column(Counterparty, story.ids[ALIAS], "same_as_id") is None


def test_what_changed_since_the_confirmation_is_not_linked(story: Story) -> None:
    before = seen(story, ALIAS, ACME)
    link(story, ACME, OTHER, GROUP)
    with pytest.raises(Stale):
        link(story, seen=before)


def test_auditors_managers_and_administrators_read_or_not_but_never_link(story: Story) -> None:
    for who in ("Aud", "Ben", "Adam"):
        with pytest.raises(Forbidden):
            link(story, by=who)
    addresses = [f"/counterparties/{public(story, ALIAS)}/{act}" for act in ("link", "undo", "correct")]
    for address in addresses:
        assert story.client("Aud").get(address).status_code == 404
        assert story.client("Aud").post(address, data={"reason": "Because"}).status_code == 404
    assert events(story, ALIAS) == []
    page = story.client("Aud").get(f"/counterparties/{public(story, ALIAS)}").text
    assert "/link" not in page
    assert "/correct" not in page


def test_who_is_no_longer_an_officer_does_not_link(story: Story) -> None:
    viewer, ids, was = story.viewer("Ilse"), (public(story, ALIAS), public(story, ACME)), seen(story, ALIAS, ACME)
    with story.app.app_context(), writing() as session:
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.person_id == story.ids["Ilse"])):
            grant.revoked_at = story.now
    with story.app.app_context(), pytest.raises(Forbidden):
        commands.link(officer=viewer, public_id=ids[0], other_public_id=ids[1], how=SAME, seen=was, reason="Because")


def test_a_private_person_an_officer_knows_nothing_of_cannot_be_linked(story: Story) -> None:
    story.firm("Lars Jensen", "private_person")
    with pytest.raises(NotFound):
        link(story, "Lars Jensen", ACME, seen="")


def test_a_correction_keeps_the_old_name_as_a_spelling_and_declarations_as_filed(story: Story) -> None:
    story.declare("Amalie", firm=ALIAS, worth="300")
    before = rows(story)
    viewer, public_id = story.viewer("Ilse"), public(story, ALIAS)
    with story.app.app_context():
        commands.correct(
            officer=viewer, public_id=public_id, name="Acme Nordic Services", class_="customer", country="SE",
            registered_number="SE 556-677", reason="They moved",
        )  # fmt: skip
        row = db.session.get_one(Counterparty, story.ids[ALIAS])
        assert (row.name, row.class_, row.country, row.registered_number) == ("Acme Nordic Services", "customer", "SE", "556677")
        written = set(db.session.scalars(select(Spelling.written).where(Spelling.counterparty_id == row.id)))
        assert written == {ALIAS, "Acme Nordic Services"}
    assert rows(story) == before
    assert [action for action, _said, _why in events(story, ALIAS)] == ["counterparty:corrected"]


def test_a_number_that_another_has_is_refused(story: Story) -> None:
    viewer, ids = story.viewer("Ilse"), (public(story, ACME), public(story, ALIAS))
    given = {"class_": "supplier", "country": "DK", "registered_number": "31427755", "reason": "From the trade register"}
    with story.app.app_context():
        commands.correct(officer=viewer, public_id=ids[0], name=ACME, **given)
        with pytest.raises(Invalid) as refusal:
            commands.correct(officer=viewer, public_id=ids[1], name=ALIAS, **given)
        assert set(refusal.value.problems) == {"registered_number"}
        with pytest.raises(Invalid):
            commands.correct(officer=viewer, public_id=ids[0], name=ACME, **given)


def test_the_confirmation_shows_what_will_change_and_the_pages_lead_through(story: Story) -> None:
    story.declare("Amalie", firm=ACME, worth="1300")
    story.declare("Amalie", firm=ALIAS, worth="1000")
    officer, address = story.client("Ilse"), f"/counterparties/{public(story, ALIAS)}"
    assert public(story, ACME) in officer.get(f"{address}/link").text
    confirmation = officer.get(f"{address}/link?to={public(story, ACME)}").text
    for figure in ("One declaration about ACME Nordic", "One total would be over its limit.", "1,300", "1,000", "2,300"):
        assert figure in confirmation
    form = {"seen": seen(story, ALIAS, ACME)}
    assert officer.post(f"{address}/link?to={public(story, ACME)}", data=form).status_code == 422
    done = officer.post(f"{address}/link?to={public(story, ACME)}", data=form | {"reason": "One firm"}, follow_redirects=True)
    assert "It is the same as Acme Nordic ApS." in done.text
    assert "Ilse linked it as the same as Acme Nordic ApS." in done.text
    assert "One firm" in done.text
    assert "1,300" in officer.get(f"{address}/undo").text
    assert officer.post(f"{address}/undo", data={"reason": "Two"}).status_code == 303
    viewer = story.viewer("Ilse")
    with story.app.app_context():
        row = firm(db.session(), reach_of(db.session(), viewer), public(story, ALIAS)).row
        assert undoable(db.session(), row) == ""
    assert officer.get(f"{address}/undo").status_code == 404
    assert officer.get(f"{address}/correct").status_code == 200
    wrong = {"name": "", "class": "supplier", "country": "Denmark", "registered_number": "", "reason": ""}
    assert officer.post(f"{address}/correct", data=wrong).status_code == 422
