"""What one declared is listed, corrected and explained by its owner alone."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Counterparty, Declaration, Draft, Event
from tests.pages.declaring.posting import everything, send, the
from tests.support.story import Story


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
    seen = amalie.get(f"/declarations/{made.public_id}").text
    assert "What was received and not given back cannot be withdrawn, only corrected." in seen
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
