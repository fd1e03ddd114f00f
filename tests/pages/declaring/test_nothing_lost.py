"""Nothing typed is lost when a session has ended or more was sent than may be."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from declarations.filing import uploads
from declarations.models import Attachment, Declaration, Draft
from declarations.sign_in import commands as sign_in
from tests.pages.declaring.posting import GIFT, PASSWORD, everything, send, the
from tests.support.story import Story


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


def window(page: str) -> dict[str, str]:
    """Which window a page says it is."""
    return {name: text for name, text in handed_back(page).items() if name.startswith("window")}


def test_what_was_typed_in_one_window_is_not_undone_unseen_by_another(story: Story, amalie: FlaskClient) -> None:
    send(amalie, do="check")
    path = f"/drafts/{the(story, Draft).public_id}"
    one, other = (window(amalie.get(path).text) for _ in range(2))
    assert send(amalie, f"{path}/check", note="In one", **one).status_code == 200
    assert send(amalie, f"{path}/check", note="In one, further on", **one).status_code == 200
    assert send(amalie, f"{path}/check", **other).status_code == 409, "nor by what was never typed there"
    shown = send(amalie, path, note="In the other", **other)
    assert (shown.status_code, "changed in another window" in shown.text, "In the other" in shown.text) == (409, True, True)
    assert the(story, Draft).answers["note"] == "In one, further on"
    assert send(amalie, path, note="In the other", do="check", **window(shown.text)).status_code == 303
    assert the(story, Draft).answers["note"] == "In the other"


def test_whoever_signs_in_again_beside_a_draft_changed_elsewhere_is_told(story: Story, amalie: FlaskClient) -> None:
    with story.app.app_context():
        [(_, token)] = sign_in.send_links(people=[story.ids["Amalie"]], by=None, by_mail=False)
        sign_in.set_password(token=token, password=PASSWORD)
    amalie = story.client("Amalie")
    send(amalie, do="check")
    path = f"/drafts/{the(story, Draft).public_id}"
    here, there = (window(amalie.get(path).text) for _ in range(2))
    send(amalie, f"{path}/check", note="There", **there)
    stranger = story.app.test_client()
    kept = handed_back(send(stranger, path, note="Here", **here).text)
    done = stranger.post("/declare/go-on", data=kept | {"email": "amalie@nordlys.example", "password": PASSWORD})
    assert (done.status_code, "changed in another window" in done.text, ">Here<" in done.text) == (409, True, True)
    assert the(story, Draft).answers["note"] == "There"


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
