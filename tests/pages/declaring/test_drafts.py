"""A draft is its owner's: it waits, is discarded, or prepared by somebody else and signed."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from declarations.models import Declaration, Draft, NoticeRow
from declarations.notices import outbox
from tests.pages.declaring.posting import everything, send, the
from tests.support.story import Story


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


def test_a_manager_who_prepared_it_does_not_decide_it_and_the_page_says_who_does(story: Story, amalie: FlaskClient) -> None:
    ben = story.client("Ben")
    send(ben, worth="900", for_whom="Amalie (amalie@nordlys.example)")
    draft = f"/drafts/{the(story, Draft).public_id}"
    page = amalie.get(draft).text
    assert "Gerda" in page
    assert "Ben decides" not in page
    assert send(amalie, draft, worth="900").status_code == 303
    made = the(story, Declaration)
    assert made.assignee_id == story.ids["Gerda"]
    assert ben.get(f"/declarations/{made.public_id}").status_code == 404
    assert "They prepared it for the person who declared it." in story.client("Ilse").get(f"/declarations/{made.public_id}").text


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
