"""Files stand by a declaration: kept, served as downloads, refused where they are not what they say."""

from __future__ import annotations

from flask.testing import FlaskClient

from declarations.models import Attachment, Declaration, Draft, Filing
from tests.pages.declaring.posting import everything, pdf, send, the, upload
from tests.support.story import Story


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
