"""Declaring as somebody does it in a browser without a script: pick, answer, see, send."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from declarations.models import Counterparty, Declaration, Draft, Filing
from tests.pages.declaring.posting import GIFT, acme, everything, send, the
from tests.support.story import Story
from workflows.words import Kind


def test_what_happened_offers_the_six_kinds(amalie: FlaskClient) -> None:
    page = amalie.get("/declare").text
    assert all(f'href="/declare/{kind}"' in page for kind in Kind)


def test_a_gift_was_received_unless_said_otherwise_and_a_donation_goes_one_way(amalie: FlaskClient) -> None:
    assert '<input type="radio" name="direction" value="received" checked>' in amalie.get("/declare/gift").text
    given = amalie.get("/declare/gift?direction=given").text
    assert '<input type="radio" name="direction" value="given" checked>' in given
    assert "Who did you give it to?" in given
    assert 'type="radio" name="direction"' not in amalie.get("/declare/donation").text
    assert "Who receives it?" in amalie.get("/declare/donation").text
    assert amalie.get("/declare/bribe").status_code == 404


@pytest.mark.parametrize("kind", list(Kind))
def test_looking_at_an_empty_form_saves_nothing(story: Story, amalie: FlaskClient, kind: Kind) -> None:
    page = amalie.get(f"/declare/{kind}?direction=received")
    assert page.status_code == 200
    assert '<span class="saved" role="status" hidden>' in page.text  # only the script, which saves, may say that it saves itself
    assert everything(story, Draft) == []


def test_six_answers_and_one_click_declare_a_gift(story: Story, amalie: FlaskClient) -> None:
    answer = send(amalie)
    made = the(story, Declaration)
    assert (answer.status_code, answer.location) == (303, f"/declarations/{made.public_id}")
    assert (made.state, made.title, made.value_minor, made.currency) == ("recorded", "Two bottles of wine", 40000, "DKK")
    assert everything(story, Draft) == []
    assert the(story, Filing).answers == GIFT


def test_a_dane_types_numbers_as_danes_do(story: Story, amalie: FlaskClient) -> None:
    with amalie.session_transaction() as cookie:
        cookie["language"] = "da"
    send(amalie, worth="1.500,00")
    assert the(story, Declaration).value_minor == 150000


def test_nothing_typed_is_lost_when_an_answer_does_not_do(story: Story, amalie: FlaskClient) -> None:
    answer = send(amalie, worth="a few hundred", note="It came by mail.")
    assert answer.status_code == 422
    for kept in ("a few hundred", "It came by mail.", "Two bottles of wine", "Acme Nordic ApS"):
        assert kept in answer.text
    assert answer.text.count("Write the amount as a number") == 2  # at the top and beside the field
    assert 'href="#worth"' in answer.text
    assert the(story, Draft).answers["worth"] == "a few hundred"
    assert everything(story, Declaration) == []


def test_every_missing_answer_is_named(amalie: FlaskClient) -> None:
    answer = amalie.post("/declare/gift", data={"direction": "received"})
    assert answer.status_code == 422
    for sentence in (
        "Write the firm or person",
        "Say what it was.",
        "A best guess will do",
        "Pick the day.",
        "Pick where it is now.",
    ):
        assert sentence in answer.text


def test_a_follow_up_appears_when_an_answer_calls_for_it(story: Story, amalie: FlaskClient) -> None:
    plain = amalie.get("/declare/gift?direction=received").text
    assert '<div class="field" data-ask="heads" hidden>' in plain
    answer = send(amalie, became="shared")
    assert answer.status_code == 422
    assert '<div class="field wrong" data-ask="heads">' in answer.text
    draft = the(story, Draft)
    assert send(amalie, f"/drafts/{draft.public_id}", became="shared", heads="4").status_code == 303
    assert the(story, Declaration).heads == 4


def test_checking_first_shows_what_follows_and_files_nothing(story: Story, amalie: FlaskClient) -> None:
    answer = send(amalie, worth="900", do="check")
    draft = the(story, Draft)
    assert (answer.status_code, answer.location) == (303, f"/drafts/{draft.public_id}#next")
    page = amalie.get(answer.location).text
    assert "Ben decides by" in page
    assert "the limit is" in page
    assert everything(story, Declaration) == []


def test_the_live_answer_saves_and_tells_in_one_call(story: Story, amalie: FlaskClient) -> None:
    first = send(amalie, "/declare/gift/check", worth="900").get_json()
    draft = the(story, Draft)
    assert first["page"] == f"/drafts/{draft.public_id}"
    assert "Ben decides by" in first["panel"]
    assert "heads" not in first["asked"]
    second = send(amalie, first["check"], worth="100").get_json()
    assert "Nothing to declare." in second["panel"]
    assert second["button"] == "Declare it anyway"
    third = send(amalie, first["check"], worth="100", became="shared").get_json()
    assert "heads" in third["asked"]
    assert third["button"] == "Declare"
    assert "Draft saved" in second["saved"]
    assert the(story, Draft).answers["worth"] == "100"


def test_a_trifle_is_filed_in_one_click_all_the_same(story: Story, amalie: FlaskClient) -> None:
    send(amalie, worth="100")
    assert (the(story, Declaration).state, the(story, Declaration).outcome) == ("recorded", 0)


def test_cash_is_not_allowed_and_says_so_before_it_is_sent(amalie: FlaskClient) -> None:
    panel = send(amalie, "/declare/gift/check", form="cash").get_json()["panel"]
    assert "Not allowed:" in panel
    assert "give it back" in panel


def test_without_a_worth_it_says_what_it_can(amalie: FlaskClient) -> None:
    assert "It depends on what it was worth." in send(amalie, "/declare/gift/check", worth="").get_json()["panel"]


def test_a_worth_that_cannot_be_read_adds_nothing_to_a_total(story: Story, amalie: FlaskClient) -> None:
    for worth in ("480", "490", "495", "450", "480"):
        story.declare("Amalie", counterparty_id=acme(story), counterparty_group_id=group_of(story), worth=worth)
    panel = send(amalie, "/declare/gift/check", worth="a few hundred").get_json()["panel"]
    assert "2,395" in panel
    assert "<b>0</b> now make" not in panel


def test_what_came_before_is_told_beside_the_name(story: Story, amalie: FlaskClient) -> None:
    story.declare("Amalie", firm=None, counterparty_id=acme(story), counterparty_group_id=group_of(story), worth="250")
    told = send(amalie, "/declare/gift/check").get_json()["met"]
    assert "1 before with Acme Nordic ApS this year" in told
    assert "250" in told


def group_of(story: Story) -> int:
    return int(everything(story, Counterparty)[0].group_id)


def test_a_total_over_its_limit_shows_its_figures(story: Story, amalie: FlaskClient) -> None:
    for worth in ("480", "490", "495", "450"):
        story.declare("Amalie", counterparty_id=acme(story), counterparty_group_id=group_of(story), worth=worth)
    panel = send(amalie, "/declare/gift/check").get_json()["panel"]
    assert "2,315" in panel
    assert '<svg class="tally"' in panel
    assert "compliance" in panel.lower()


def offered(page: str) -> str:
    """The currency that stands beside the amount."""
    return re.findall(r"<option selected>([A-Z]{3})</option>", page.split('name="worth_currency"')[1])[0]


def opened(client: FlaskClient, path: str = "/declare/gift", **typed: str | None) -> str:
    return client.get(send(client, path, do="check", **typed).location).text


def test_the_other_sides_currency_and_country_stand_there_until_an_amount_is_typed(story: Story, amalie: FlaskClient) -> None:
    story.firm("Kestrel GmbH", country="DE")
    story.firm("Rossiya OOO", country="RU")
    assert offered(opened(amalie, counterparty="Kestrel GmbH", worth=None)) == "EUR"
    trip = opened(amalie, "/declare/travel", counterparty="Kestrel GmbH", worth=None)
    assert '<option value="" data-part="country">Germany</option>' in trip
    assert offered(opened(amalie, counterparty="Kestrel GmbH")) == "DKK", "an amount typed keeps the currency it was typed in"
    assert offered(opened(amalie, counterparty="Kestrel GmbH", worth=None, worth_currency="SEK")) == "SEK", "chosen is chosen"
    assert offered(opened(amalie, counterparty="Rossiya OOO", worth=None)) == "DKK", "there is no rate for roubles"
    assert offered(opened(amalie, counterparty="Nobody Yet", worth=None)) == "DKK"
    assert offered(opened(amalie, counterparty="Nobody Yet", counterparty_country="JP", worth=None)) == "JPY"


def test_the_currency_last_declared_with_it_is_more_usual_than_its_countrys(story: Story, amalie: FlaskClient) -> None:
    story.firm("Kestrel GmbH", country="DE")
    story.declare("Tomasz", firm="Kestrel GmbH", worth="9", currency="SEK")
    assert offered(opened(amalie, counterparty="Kestrel GmbH", worth=None)) == "EUR", "others' declarations tell nothing"
    story.declare("Amalie", firm="Kestrel GmbH", worth="9", currency="GBP")
    assert offered(opened(amalie, counterparty="Kestrel GmbH", worth=None)) == "GBP"
