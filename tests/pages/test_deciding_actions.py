"""Every decision and action on a declaration's page: one click or one question each, and what was typed is never lost."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.story import Story
from workflows.words import Action, Direction, Kind, State


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Acme")
    return story


def shown(client: FlaskClient, declaration: str) -> dict[str, str]:
    """The hidden fields that the page carries."""
    page = client.get(f"/declarations/{declaration}").text
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("version", "seen")}
    return {name: match[1] for name, match in found.items() if match}


def test_approve_is_one_click_and_leads_to_the_next_in_the_queue(story: Story) -> None:
    first = story.declare("Amalie", firm="Acme", worth="600", title="Wine")
    second = story.declare("Amalie", firm="Acme", worth="510", title="Cheese", occurred_on=date(2026, 11, 1))
    ben = story.client("Ben")
    answer = ben.post(f"/declarations/{first}/approve", data=shown(ben, first))
    assert answer.status_code == 303
    assert answer.location.endswith(f"/declarations/{second}")
    assert "Approved. Next: Cheese." in ben.get(answer.location).text
    assert story.state(first) is State.APPROVED
    answer = ben.post(f"/declarations/{second}/approve", data=shown(ben, second))
    assert answer.location.endswith("/queue")
    assert "Nothing else waits for you." in ben.get("/queue").text


def test_several_conditions_each_with_its_day(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600")
    ben = story.client("Ben")
    nothing = ben.post(f"/declarations/{gift}/approve_with_conditions", data=shown(ben, gift))
    assert '<li><a href="#decision">Write at least one condition' in nothing.text  # at the top too, for it is a long page
    typed = shown(ben, gift) | {"text0": "Share it.", "due0": "2026-12-01", "text1": "Thank them.", "due1": ""}
    wrong = ben.post(f"/declarations/{gift}/approve_with_conditions", data=typed)
    assert wrong.status_code == 422
    assert "Share it." in wrong.text
    assert "Pick the day by which it must be done." in wrong.text
    assert re.search(r'<details name="decision" open>\s*<summary>[^§]*Approve with conditions', wrong.text)
    right = ben.post(f"/declarations/{gift}/approve_with_conditions", data=typed | {"due1": "2026-12-04"})
    assert right.status_code == 303
    page = story.client("Amalie").get(f"/declarations/{gift}").text
    assert "2 things are left, the first by 1 December." in page
    assert "Thank them." in page


def test_a_refusal_needs_its_reason_and_keeps_what_was_typed(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600")
    ben = story.client("Ben")
    wrong = ben.post(f"/declarations/{gift}/refuse", data=shown(ben, gift) | {"reason": "", "disposition": "hand_it_over"})
    assert wrong.status_code == 422
    assert "Please write a sentence here." in wrong.text
    assert re.search(r'<option selected value="hand_it_over">', wrong.text)
    assert story.state(gift) is State.WITH_MANAGER
    typed = shown(ben, gift) | {"reason": "Too much.", "disposition": "hand_it_over"}
    assert ben.post(f"/declarations/{gift}/refuse", data=typed).status_code == 303
    page = story.client("Amalie").get(f"/declarations/{gift}").text
    assert "It was refused. Hand it over." in page
    assert "Too much." in page


@pytest.mark.parametrize(
    ("kind", "changed", "offered", "told"),
    [
        (
            Kind.GIFT,
            {"direction": Direction.GIVEN},
            ["Ask for it back", "Pay for it yourself", "Do not give it"],
            "Ask for it back.",
        ),
        (Kind.INTEREST, {}, ["Do not go on with it", "Let somebody else do it"], "Do not go on with it."),
    ],
)
def test_a_refusal_tells_to_do_what_fits_the_thing(
    story: Story, kind: Kind, changed: dict[str, Any], offered: list[str], told: str
) -> None:
    filed = story.declare("Amalie", kind, firm="Acme", worth="600", **changed)
    ben = story.client("Ben")
    page = ben.get(f"/declarations/{filed}").text
    options = re.findall(r'<option[^>]* value="(\w+)">([^<]+)</option>', page)
    assert [words for _slug, words in options] == offered
    typed = shown(ben, filed) | {"reason": "Not this.", "disposition": options[0][0]}
    assert ben.post(f"/declarations/{filed}/refuse", data=typed).status_code == 303
    assert story.client("Amalie").get(f"/declarations/{filed}").text.count(told) == 2  # at its head and in its story


def test_a_page_that_has_changed_says_what_is_different_and_does_nothing(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600", title="Wine")
    ben = story.client("Ben")
    old = shown(ben, gift)
    dearer = story.facts("Amalie", Kind.GIFT, firm="Acme", worth="650", title="Wine")
    story.act("Amalie", Action.CORRECT, gift, facts=dearer, answers={})
    answer = ben.post(f"/declarations/{gift}/approve", data=old)
    assert answer.status_code == 409
    assert "Worth: DKK 650 (it was DKK 600)" in answer.text.replace("\xa0", " ")
    assert "Amalie corrected it." in answer.text
    assert story.state(gift) is State.WITH_MANAGER


def test_nobody_finds_a_decision_on_their_own_declaration(story: Story) -> None:
    gift = story.declare("Ben", firm="Acme", worth="600")
    ben = story.client("Ben")
    assert 'id="decision"' not in ben.get(f"/declarations/{gift}").text
    assert ben.post(f"/declarations/{gift}/approve", data={"version": 1, "seen": ""}).status_code == 403


def test_a_question_goes_back_and_the_answer_returns(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600")
    ben, amalie = story.client("Ben"), story.client("Amalie")
    assert ben.post(f"/declarations/{gift}/send_back", data=shown(ben, gift) | {"reason": "From whom?"}).status_code == 303
    page = amalie.get(f"/declarations/{gift}").text
    assert "“From whom?”" in page
    assert amalie.post(f"/declarations/{gift}/answer", data=shown(amalie, gift) | {"reason": " "}).status_code == 422
    assert amalie.post(f"/declarations/{gift}/answer", data=shown(amalie, gift) | {"reason": "Lena."}).status_code == 303
    assert story.state(gift) is State.WITH_MANAGER
    assert "Lena." in ben.get(f"/declarations/{gift}").text


def test_advice_is_given_or_becomes_a_request_for_approval(story: Story) -> None:
    asked = [story.declare("Amalie", Kind.CONFLICT, title=f"Case {n}", wants_advice=True) for n in (1, 2)]
    ben = story.client("Ben")
    page = ben.get(f"/declarations/{asked[0]}").text
    assert "Your advice is asked for by " in page
    assert 'id="approve"' not in page
    ben.post(f"/declarations/{asked[0]}/advise", data=shown(ben, asked[0]) | {"reason": "Let a colleague decide."})
    assert story.state(asked[0]) is State.RECORDED
    ben.post(f"/declarations/{asked[1]}/request_approval", data=shown(ben, asked[1]))
    assert 'id="approve"' in ben.get(f"/declarations/{asked[1]}").text


def test_what_is_escalated_says_by_whom_and_compliance_can_give_it_to_another(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600")
    ben, ilse = story.client("Ben"), story.client("Ilse")
    ben.post(f"/declarations/{gift}/escalate", data=shown(ben, gift) | {"reason": "I know them."})
    assert story.state(gift) is State.WITH_COMPLIANCE
    assert "Escalated by Ben." in ilse.get("/queue").text
    typed = shown(ilse, gift) | {"reason": "Otto knows more.", "to_person_id": str(story.ids["Otto"])}
    assert ilse.post(f"/declarations/{gift}/reassign", data=typed).status_code == 303
    hers = story.client("Amalie").get(f"/declarations/{gift}").text
    assert "It went to Otto." in hers
    assert "Otto knows more." not in hers
    assert "Otto knows more." in ilse.get(f"/declarations/{gift}").text


def test_what_the_policy_prohibits_offers_no_approval(story: Story) -> None:
    cash = story.declare("Amalie", firm="Acme", worth="100", form="cash")
    ilse = story.client("Ilse")
    page = ilse.get(f"/declarations/{cash}").text
    assert "it cannot be approved" in page
    assert 'id="approve"' not in page
    assert ilse.post(f"/declarations/{cash}/approve", data=shown(ilse, cash)).status_code == 403


def test_an_interest_ends_on_a_day_and_an_invitation_is_withdrawn(story: Story) -> None:
    seat = story.declare("Amalie", Kind.INTEREST, firm="Acme", title="A seat", occurred_on=date(2026, 11, 1))
    story.act("Ben", Action.APPROVE, seat)
    story.act("Ilse", Action.APPROVE, seat)
    amalie = story.client("Amalie")
    assert amalie.post(f"/declarations/{seat}/end", data=shown(amalie, seat) | {"ended_on": "2027-01-01"}).status_code == 422
    assert amalie.post(f"/declarations/{seat}/end", data=shown(amalie, seat) | {"ended_on": "2026-11-15"}).status_code == 303
    assert "It ended on 15 November 2026." in amalie.get(f"/declarations/{seat}").text
    match = story.declare("Amalie", Kind.ENTERTAINMENT, firm="Acme", worth="900", form="event", occurred_on=date(2026, 12, 5))
    assert amalie.post(f"/declarations/{match}/withdraw", data=shown(amalie, match)).status_code == 303
    assert story.state(match) is State.WITHDRAWN


def test_reviewers_read_what_would_change_it_and_the_declarant_never_does(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="1300")
    line = "At DKK 1,120 or less, only the manager would decide."
    assert line in story.client("Ben").get(f"/declarations/{gift}").text.replace("\xa0", " ")
    assert "or less" not in story.client("Amalie").get(f"/declarations/{gift}").text


def test_an_unknown_action_is_an_address_that_does_not_exist(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600")
    for action in ("remind", "import", "explode"):
        assert story.client("Ben").post(f"/declarations/{gift}/{action}", data={"version": 1}).status_code == 404


def test_the_declarant_says_that_a_condition_is_met_and_the_story_tells_it(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600")
    story.act("Ben", Action.APPROVE_WITH_CONDITIONS, gift, conditions=(("Share it.", date(2026, 12, 1)),))
    amalie = story.client("Amalie")
    page = amalie.get(f"/declarations/{gift}").text
    assert "Say that a condition is met" in page
    assert "Say that a condition is met" not in story.client("Ben").get(f"/declarations/{gift}").text
    which = re.search(r'Share it\.</p><input type="hidden" name="condition_id" value="(\d+)">', page)
    assert which
    typed = shown(amalie, gift) | {"condition_id": which[1], "reason": ""}
    assert amalie.post(f"/declarations/{gift}/fulfil", data=typed).status_code == 422
    done = amalie.post(f"/declarations/{gift}/fulfil", data=typed | {"reason": "We ate it on Friday."})
    assert done.status_code == 303
    page = amalie.get(f"/declarations/{gift}").text
    assert "You said that a condition is met." in page
    assert "We ate it on Friday." in page
    assert "Say that a condition is met" not in page
