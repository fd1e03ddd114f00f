"""Declaring as somebody does it in a browser without a script: pick, answer, see, send."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from declarations.counterparties import NewCounterparty, find_or_create
from declarations.extensions import db, writing
from declarations.filing import uploads
from declarations.models import Attachment, Counterparty, Declaration, Draft, Event, Filing, NoticeRow
from declarations.notices import outbox
from declarations.sign_in import commands as sign_in
from tests.support.story import Story
from workflows.words import Kind

PASSWORD = "a boat on the green river"
GIFT = {
    "direction": "received",
    "counterparty": "Acme Nordic ApS",
    "what": "Two bottles of wine",
    "form": "thing",
    "worth": "400",
    "worth_currency": "DKK",
    "occurred_on": "2026-11-19",
    "became": "kept",
}


@pytest.fixture
def story(app: Flask) -> Story:
    return Story(app).house()


@pytest.fixture
def amalie(story: Story) -> FlaskClient:
    acme(story)
    return story.client("Amalie")


def acme(story: Story, name: str = "Acme Nordic ApS", class_: str = "customer") -> int:
    """A counterparty everyone knows, found by its words too."""
    with story.app.app_context(), writing() as session:
        return find_or_create(session, new=NewCounterparty(name, class_, "DK"), by_id=None, now=story.now).id


def send(client: FlaskClient, path: str = "/declare/gift", **changed: Any) -> Any:
    """Post the form of a small gift with some answers changed; None leaves one out."""
    data = {name: value for name, value in (GIFT | changed).items() if value is not None}
    return client.post(path, data=data, content_type="multipart/form-data")


def everything(story: Story, model: Any) -> list[Any]:
    with story.app.app_context():
        return list(db.session.scalars(select(model)))


def the(story: Story, model: Any) -> Any:
    (row,) = everything(story, model)
    return row


def test_what_happened_offers_the_six_kinds(amalie: FlaskClient) -> None:
    page = amalie.get("/declare").text
    assert all(f'href="/declare/{kind}"' in page for kind in Kind)


def test_a_gift_has_two_doors_and_a_donation_none(amalie: FlaskClient) -> None:
    doors = amalie.get("/declare/gift").text
    assert 'href="/declare/gift?direction=received"' in doors
    assert 'href="/declare/gift?direction=given"' in doors
    assert "Who receives it?" in amalie.get("/declare/donation").text
    assert amalie.get("/declare/bribe").status_code == 404


@pytest.mark.parametrize("kind", list(Kind))
def test_looking_at_an_empty_form_saves_nothing(story: Story, amalie: FlaskClient, kind: Kind) -> None:
    assert amalie.get(f"/declare/{kind}?direction=received").status_code == 200
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


def test_a_new_name_asks_what_they_are_to_us(story: Story, amalie: FlaskClient) -> None:
    answer = send(amalie, counterparty="Bluepoint Software")
    assert answer.status_code == 422
    assert "Pick what they are to us." in answer.text
    draft = the(story, Draft)
    send(amalie, f"/drafts/{draft.public_id}", counterparty="Bluepoint Software", counterparty_class="supplier")
    assert {(row.name, row.class_) for row in everything(story, Counterparty)} == {
        ("Acme Nordic ApS", "customer"),
        ("Bluepoint Software", "supplier"),
    }


def test_a_likely_spelling_is_asked_about_and_never_merged_unasked(story: Story, amalie: FlaskClient) -> None:
    live = send(amalie, "/declare/gift/check", counterparty="ACME Nordik").get_json()
    assert "Did you mean" in live["met"]
    assert "Acme Nordic ApS" in live["met"]
    known = the(story, Counterparty)
    answer = send(amalie, live["send"], counterparty="ACME Nordik", do=f"same-{known.public_id}")
    assert answer.status_code == 303
    assert the(story, Draft).answers["counterparty"] == "Acme Nordic ApS"


def test_leaving_the_suggestion_makes_a_new_name(story: Story, amalie: FlaskClient) -> None:
    send(amalie, counterparty="ACME Nordik", counterparty_class="customer")
    assert len(everything(story, Counterparty)) == 2


def test_names_are_looked_up_while_typing(story: Story, amalie: FlaskClient) -> None:
    assert [one["value"] for one in amalie.get("/counterparties/lookup?q=nord").get_json()] == ["Acme Nordic ApS"]
    assert amalie.get("/counterparties/lookup?q=a").get_json() == []
    assert amalie.get("/colleagues/lookup?q=be").get_json()[0]["value"] == "Ben (ben@nordlys.example)"
    assert amalie.get("/colleagues/lookup?q=%25%25").get_json() == []


def test_private_persons_somebody_else_named_are_not_suggested(story: Story, amalie: FlaskClient) -> None:
    with story.app.app_context(), writing() as session:
        private = NewCounterparty("Lars Jensen", "private_person", "DK")
        find_or_create(session, new=private, by_id=story.ids["Tomasz"], now=story.now)
    assert amalie.get("/counterparties/lookup?q=lars").get_json() == []
    assert len(story.client("Tomasz").get("/counterparties/lookup?q=lars").get_json()) == 1


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


def test_somebody_elses_draft_is_not_there(story: Story, amalie: FlaskClient) -> None:
    send(amalie, do="check")
    draft = the(story, Draft)
    tomasz = story.client("Tomasz")
    for path in (f"/drafts/{draft.public_id}", "/drafts/nothing"):
        assert tomasz.get(path).status_code == 404
        assert send(tomasz, path).status_code == 404
        assert send(tomasz, f"{path}/check").status_code == 404
        assert tomasz.post(f"{path}/discard").status_code == 404
    assert the(story, Draft).answers["what"] == "Two bottles of wine"


def test_a_draft_can_be_discarded(story: Story, amalie: FlaskClient) -> None:
    send(amalie, do="check")
    assert amalie.post(f"/drafts/{the(story, Draft).public_id}/discard").status_code == 303
    assert everything(story, Draft) == []


def test_drafts_wait_where_one_declares_and_among_ones_declarations(story: Story, amalie: FlaskClient) -> None:
    send(amalie, do="check")
    for path in ("/declare", "/declarations"):
        assert f"/drafts/{the(story, Draft).public_id}" in amalie.get(path).text


def test_an_assistant_prepares_and_only_the_declarant_signs(story: Story, amalie: FlaskClient) -> None:
    handed = send(amalie, for_whom="Dee (dee@nordlys.example)")
    draft = the(story, Draft)
    assert handed.status_code == 303
    assert (draft.owner_id, draft.prepared_by_id, draft.ready_at) == (story.ids["Dee"], story.ids["Amalie"], story.now)
    assert everything(story, Declaration) == []
    assert amalie.get(f"/drafts/{draft.public_id}").status_code == 404
    assert "With Dee to be signed" in amalie.get("/declare").text
    dee = story.client("Dee")
    assert "Prepared for you" in dee.get("/declare").text
    assert "This was prepared for you." in dee.get(f"/drafts/{draft.public_id}").text
    assert send(dee, f"/drafts/{draft.public_id}").status_code == 303
    made = the(story, Declaration)
    assert (made.declarant_id, made.prepared_by_id) == (story.ids["Dee"], story.ids["Amalie"])


def test_whoever_signs_is_told_once_what_was_prepared_and_by_a_link_they_alone_can_open(
    story: Story, amalie: FlaskClient
) -> None:
    send(amalie, do="check")
    assert everything(story, NoticeRow) == []
    send(amalie, f"/drafts/{the(story, Draft).public_id}", for_whom="Dee (dee@nordlys.example)")
    with story.app.app_context():
        assert outbox.send_due() == 1
        assert outbox.send_due() == 0
    notice, link = the(story, NoticeRow), f"/drafts/{the(story, Draft).public_id}"
    assert notice.person_id == story.ids["Dee"]
    assert (notice.subject, link in notice.body) == ("A declaration was prepared for you", True)
    assert not any(word in notice.body for word in ("Amalie", "Acme", "wine", "400"))
    assert story.client("Dee").get(link).status_code == 200


@pytest.mark.parametrize("nobody", ["Nobody", "Amalie"])
def test_preparing_needs_a_colleague(story: Story, amalie: FlaskClient, nobody: str) -> None:
    answer = send(amalie, for_whom=nobody)
    assert answer.status_code == 422
    assert "Pick a colleague" in answer.text
    assert the(story, Draft).owner_id == story.ids["Amalie"]


def handed_back(page: str) -> dict[str, str]:
    """Every hidden field of the page that keeps what was typed."""
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    return {name: text for name, text in hidden.items() if name != "csrf_token"}


def test_a_form_sent_after_the_session_ended_hands_back_what_was_typed(story: Story, amalie: FlaskClient) -> None:
    send(amalie, do="check")
    draft = the(story, Draft)
    stranger = story.app.test_client()
    answer = send(stranger, f"/drafts/{draft.public_id}", note="Typed at the very end")
    assert answer.status_code == 400
    assert "Your words are kept." in answer.text
    assert 'value="Typed at the very end"' in answer.text
    assert "note" not in the(story, Draft).answers
    assert send(stranger, f"/drafts/{draft.public_id}/check").status_code == 401


@pytest.mark.parametrize("begun", [True, False])
def test_signing_in_there_leads_straight_back_to_the_form_with_everything_typed(
    begun: bool, story: Story, amalie: FlaskClient
) -> None:
    with story.app.app_context():
        [(_, token)] = sign_in.send_links(people=[story.ids["Amalie"]], by=None, by_mail=False)
        sign_in.set_password(token=token, password=PASSWORD)
    path = "/declare/gift"
    if begun:
        send(story.client("Amalie"), do="check")
        path = f"/drafts/{the(story, Draft).public_id}"
    stranger = story.app.test_client()
    kept = handed_back(send(stranger, path, note="Typed at the very end", worth="450").text)
    wrong = stranger.post("/declare/go-on", data=kept | {"email": "amalie@nordlys.example", "password": "a guess"})
    assert (wrong.status_code, "do not belong together" in wrong.text) == (422, True)
    assert handed_back(wrong.text) == kept, "nothing typed is lost by a wrong password either"
    done = stranger.post("/declare/go-on", data=kept | {"email": "amalie@nordlys.example", "password": PASSWORD})
    draft = the(story, Draft)
    assert (done.status_code, done.location) == (303, f"/drafts/{draft.public_id}")
    assert draft.owner_id == story.ids["Amalie"]
    assert draft.answers == GIFT | {"note": "Typed at the very end", "worth": "450"}, "and no password among them"
    assert send(stranger, done.location, worth="450").status_code == 303, "one click more declares it"
    assert the(story, Declaration).value_minor == 45000


def test_whoever_else_signs_in_there_gets_nothing_of_the_draft(story: Story, amalie: FlaskClient) -> None:
    with story.app.app_context():
        [(_, token)] = sign_in.send_links(people=[story.ids["Ben"]], by=None, by_mail=False)
        sign_in.set_password(token=token, password=PASSWORD)
    send(amalie, do="check")
    draft, stranger = the(story, Draft), story.app.test_client()
    kept = handed_back(send(stranger, f"/drafts/{draft.public_id}", worth="450").text)
    done = stranger.post(
        "/declare/go-on", data=kept | {"email": "ben@nordlys.example", "password": PASSWORD}, follow_redirects=True
    )
    assert done.status_code == 404
    assert the(story, Draft).answers == draft.answers


def test_nobody_comes_in_as_an_invented_person_where_it_is_no_demonstration(story: Story, amalie: FlaskClient) -> None:
    answer = story.app.test_client().post("/declare/go-on", data={"person": "employee", "kept_kind": "gift"})
    assert answer.status_code == 422


def with_files(client: FlaskClient, path: str, sizes: list[int], **changed: str) -> Any:
    """Post the form with PDF files of so many bytes."""
    bodies = [io.BytesIO(b"%PDF-1.7\n" + b" " * (size - 15) + b"%%EOF\n") for size in sizes]
    files = [FileStorage(body, f"file-{number}.pdf") for number, body in enumerate(bodies)]
    boundary, body = encode_multipart(MultiDict([*(GIFT | changed | {"do": "add"}).items(), *(("files", one) for one in files)]))
    return client.post(path, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def test_as_many_files_as_one_may_add_are_taken_at_once_and_only_the_one_too_large_is_refused(
    story: Story, amalie: FlaskClient
) -> None:
    story.app.config["SETTINGS"] = replace(story.app.config["SETTINGS"], max_upload_mb=1)
    story.app.config["MAX_CONTENT_LENGTH"] = 4 * 1024**2
    answer = with_files(amalie, "/declare/gift", [1024**2] * 6 + [1024**2 + 1], note="Typed beside them")
    assert answer.status_code == 422
    assert "file-6.pdf: This file is too large" in answer.text
    assert len(everything(story, Attachment)) == 6
    assert the(story, Draft).answers["note"] == "Typed beside them"


@pytest.mark.parametrize("begun", [True, False])
def test_more_than_may_be_sent_at_once_gets_a_page_and_nothing_saved_is_lost(
    begun: bool, story: Story, amalie: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    if begun:
        send(amalie, do="check")
    path = f"/drafts/{the(story, Draft).public_id}" if begun else "/declare/gift"
    monkeypatch.setattr(uploads, "most", lambda _bytes: 3_000_000)
    answer = with_files(amalie, path, [1_500_000, 1_500_000])
    assert answer.status_code == 413
    assert "That was too much at once." in answer.text
    assert ("To the draft" in answer.text, f'href="{path}"' in answer.text) == (begun, begun)
    assert everything(story, Attachment) == []
    assert [row.answers for row in everything(story, Draft)] == ([GIFT] if begun else [])


def test_a_stranger_is_not_listened_to_for_so_long(story: Story, amalie: FlaskClient) -> None:
    story.app.config["MAX_CONTENT_LENGTH"] = 2_000_000
    assert with_files(story.app.test_client(), "/declare/gift", [1_500_000, 1_500_000]).status_code == 413
    assert with_files(amalie, "/declare/gift", [1_500_000, 1_500_000]).status_code == 303


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


def test_mine_shows_what_i_declared_page_by_page(story: Story, amalie: FlaskClient) -> None:
    with story.app.app_context():
        firm = db.session.scalars(select(Counterparty)).one()
        firm_id, group_id = firm.id, firm.group_id
    for number in range(27):
        story.declare("Amalie", counterparty_id=firm_id, counterparty_group_id=group_id, worth="10", title=f"Pen {number:02}")
    story.declare("Tomasz", counterparty_id=firm_id, counterparty_group_id=group_id, worth="10", title="Not mine")
    first = amalie.get("/declarations").text
    assert "Pen 26" in first
    assert "Pen 01" not in first
    assert "Not mine" not in first
    after = first.split("after=")[1].split('"')[0]
    second = amalie.get(f"/declarations?after={after}").text
    assert "Pen 01" in second
    assert "Pen 26" not in second
    assert "Pen 26" in amalie.get("/declarations?after=nonsense").text
    assert "There is nothing of that sort." in amalie.get("/declarations?show=decided").text
    assert "Pen 01" in amalie.get("/declarations?show=recorded&kind=gift").text
    assert "Pen 01" not in amalie.get("/declarations?show=waiting").text


def test_a_correction_is_a_new_filing_of_the_same_declaration(story: Story, amalie: FlaskClient) -> None:
    send(amalie)
    made = the(story, Declaration)
    begun = amalie.post(f"/declarations/{made.public_id}/change")
    draft = the(story, Draft)
    assert begun.location == f"/drafts/{draft.public_id}"
    page = amalie.get(begun.location).text
    assert "What should be different?" in page
    assert 'value="400"' in page
    again = amalie.post(f"/declarations/{made.public_id}/change")
    assert again.location == begun.location
    answer = send(amalie, begun.location, worth="900", seen_version=str(made.version))
    assert answer.location == f"/declarations/{made.public_id}"
    after = the(story, Declaration)
    assert (after.value_minor, after.filing, after.state) == (90000, 2, "with_manager")
    assert everything(story, Draft) == []


def test_a_correction_of_what_moved_on_meanwhile_is_refused(story: Story, amalie: FlaskClient) -> None:
    send(amalie)
    made = the(story, Declaration)
    begun = amalie.post(f"/declarations/{made.public_id}/change")
    for shown in ("99", "none"):
        assert send(amalie, begun.location, worth="900", seen_version=shown).status_code == 409
    assert the(story, Declaration).filing == 1


def test_a_question_is_answered_with_the_same_form(story: Story, amalie: FlaskClient) -> None:
    from workflows.words import Action

    send(amalie, worth="900")
    made = the(story, Declaration)
    story.act("Ben", Action.SEND_BACK, made.public_id, reason="Who else got one?")
    begun = amalie.post(f"/declarations/{made.public_id}/change")
    assert "Who else got one?" in amalie.get(begun.location).text
    version = str(the(story, Declaration).version)
    silent = send(amalie, begun.location, worth="900", seen_version=version)
    assert silent.status_code == 422
    assert "Write your answer in a sentence." in silent.text
    assert send(amalie, begun.location, worth="900", seen_version=version, reason="The whole team.").status_code == 303
    assert the(story, Declaration).state == "with_manager"
    assert [event.action for event in everything(story, Event) if event.declaration_id][-1] == "declaration:answered"


def test_only_ones_own_declaration_can_be_changed(story: Story, amalie: FlaskClient) -> None:
    send(amalie, worth="900")
    made = the(story, Declaration)
    assert story.client("Ben").post(f"/declarations/{made.public_id}/change").status_code == 404


def pdf(text: bytes = b"hello") -> bytes:
    return b"%PDF-1.7\n" + text + b"\n%%EOF\n"


def upload(client: FlaskClient, path: str, *files: tuple[bytes, str], do: str = "add") -> Any:
    data: dict[str, Any] = GIFT | {"do": do, "files": [(io.BytesIO(content), name) for content, name in files]}
    return client.post(path, data=data, content_type="multipart/form-data")


def test_files_are_kept_with_the_declaration_and_served_as_downloads(story: Story, amalie: FlaskClient) -> None:
    upload(amalie, "/declare/gift", (pdf(), "Einladung “A”.pdf"), (pdf(b"two"), "b.pdf"))
    draft = the(story, Draft)
    assert send(amalie, f"/drafts/{draft.public_id}", worth="900").status_code == 303
    first, second = everything(story, Attachment)
    made = the(story, Declaration)
    assert (first.declaration_id, first.draft_id, second.filename) == (made.id, None, "b.pdf")
    for who, code in (("Amalie", 200), ("Ben", 200), ("Tomasz", 404), ("Adam", 404)):
        answer = story.client(who).get(f"/files/{first.public_id}")
        assert answer.status_code == code
        answer.close()
    answer = amalie.get(f"/files/{first.public_id}")
    assert answer.data == pdf()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer.close()
    assert the(story, Filing).attachments[1]["sha256"] == second.sha256


def test_a_file_that_is_not_what_it_says_is_refused_and_loses_nothing_else(story: Story, amalie: FlaskClient) -> None:
    answer = upload(amalie, "/declare/gift", (b"<script>", "photo.png"), (pdf(), "good.pdf"))
    assert answer.status_code == 422
    assert "photo.png: This file is not what its name says" in answer.text
    assert "Two bottles of wine" in answer.text
    assert [row.filename for row in everything(story, Attachment)] == ["good.pdf"]


def test_a_drafts_files_are_its_owners_only_and_can_be_taken_off(story: Story, amalie: FlaskClient) -> None:
    upload(amalie, "/declare/gift", (pdf(), "a.pdf"))
    draft, file = the(story, Draft), the(story, Attachment)
    stored = story.app.config["SETTINGS"].data_dir / "attachments" / file.stored_as
    assert oct(stored.stat().st_mode)[-3:] == "600"
    assert story.client("Ben").get(f"/files/{file.public_id}").status_code == 404
    assert amalie.get("/files/nothing").status_code == 404
    upload(amalie, f"/drafts/{draft.public_id}", do=f"remove-{file.public_id}")
    upload(amalie, f"/drafts/{draft.public_id}", do=f"remove-{file.public_id}")
    assert everything(story, Attachment) == []
    assert not stored.exists()


def test_discarding_a_draft_deletes_its_files(story: Story, amalie: FlaskClient) -> None:
    upload(amalie, "/declare/gift", (pdf(), "a.pdf"))
    stored = story.app.config["SETTINGS"].data_dir / "attachments" / the(story, Attachment).stored_as
    amalie.post(f"/drafts/{the(story, Draft).public_id}/discard")
    assert everything(story, Attachment) == []
    assert not stored.exists()
