"""What is sent is filed once, whatever its kind, and goes to whoever must see it first."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from declarations.models import Declaration, Draft
from tests.pages.declaring.posting import everything, send, the
from tests.support.story import Story
from workflows.words import Kind


def test_an_invitation_for_tomorrow_goes_to_the_front(story: Story, amalie: FlaskClient) -> None:
    dinner = {
        "direction": "received",
        "counterparty": "Acme Nordic ApS",
        "what": "Dinner",
        "form": "event",
        "worth": "900",
        "occurred_on": "2026-11-21",
        "heads": "2",
        "present": "Ann, Acme",
        "official": "no",
        "host_present": "yes",
        "went": "undecided",
        "purpose": "The renewal",
    }
    live = amalie.post("/declare/entertainment/check", data=dinner).get_json()
    assert "front of the queue" in live["panel"]
    assert amalie.post(live["send"], data=dinner).status_code == 303
    made = the(story, Declaration)
    assert (made.state, str(made.urgent_on), made.value_minor) == ("with_manager", "2026-11-21", 180000)


def test_a_gift_received_in_the_future_cannot_be(story: Story, amalie: FlaskClient) -> None:
    answer = send(amalie, occurred_on="2026-11-30")
    assert answer.status_code == 422
    assert everything(story, Declaration) == []


def test_a_conflict_about_the_manager_goes_straight_to_compliance(story: Story, amalie: FlaskClient) -> None:
    conflict = {
        "decision": "The choice of a courier",
        "part": "I chair the panel",
        "relation": "family",
        "relation_who": "My brother sells there",
        "colleague": "ben@nordlys.example",
        "concerns_manager": "yes",
        "occurred_on": "2026-11-20",
        "wants": "approval",
        "proposal": "A colleague decides.",
    }
    assert amalie.post("/declare/conflict", data=conflict).status_code == 303
    made = the(story, Declaration)
    assert (made.state, made.assignee_id) == ("with_compliance", None)


@pytest.mark.parametrize(
    ("kind", "data", "state"),
    [
        (
            Kind.TRAVEL,
            {
                "counterparty": "Acme Nordic ApS",
                "payer": "them",
                "destination": "Berlin",
                "occurred_on": "2026-12-01",
                "nights": "2",
            }
            | {"travel_class": "economy", "worth": "4000", "going": "yes", "purpose": "Users' day", "companion": "no"},
            "with_manager",
        ),
        (
            Kind.INTEREST,
            {
                "form": "ownership",
                "counterparty": "Acme Nordic ApS",
                "percent": "12.5",
                "occurred_on": "2024-01-01",
                "touches": "no",
            },
            "with_manager",
        ),
        (
            Kind.DONATION,
            {
                "counterparty": "Acme Nordic ApS",
                "form": "donation",
                "what": "Laptops",
                "worth": "9000",
                "occurred_on": "2026-12-01",
            }
            | {"cause": "School", "political": "no", "official": "no", "contract": "no"},
            "with_manager",
        ),
    ],
)
def test_the_other_kinds_are_declared_the_same_way(
    story: Story, amalie: FlaskClient, kind: Kind, data: dict[str, str], state: str
) -> None:
    answer = amalie.post(f"/declare/{kind}", data=data)
    assert answer.status_code == 303, answer.text
    assert (the(story, Declaration).kind, the(story, Declaration).state) == (kind, state)


def test_a_second_click_files_once(story: Story, amalie: FlaskClient) -> None:
    send(amalie, do="check")
    draft = the(story, Draft)
    first = send(amalie, f"/drafts/{draft.public_id}")
    second = send(amalie, f"/drafts/{draft.public_id}")
    assert first.location == second.location == f"/declarations/{draft.public_id}"
    assert amalie.get(f"/drafts/{draft.public_id}").location == first.location
    assert len(everything(story, Declaration)) == 1
