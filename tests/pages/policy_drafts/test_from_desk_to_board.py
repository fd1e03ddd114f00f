"""Compliance writes the policy: a draft, a second officer, the board's resolution, and one day from which it holds."""

import hashlib
import io
import json
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from declarations.extensions import db, writing
from declarations.models import Event, NoticeRow, PolicyDocument
from declarations.policies import telling
from tests.pages.policy_drafts.desk import PDF, Desk, actions, words
from tests.support.story import Story
from workflows.policy.document import load
from workflows.words import Role


def test_a_limit_goes_all_the_way_from_the_form_to_the_policy_in_force(story: Story) -> None:
    desk = Desk(story)
    desk.through()
    assert actions(story, "denmark") == [
        f"policy:{step}" for step in ("started", "changed", "submitted", "signed", "resolved", "published")
    ]
    with story.app.app_context():
        row = db.session.scalars(
            select(PolicyDocument).where(PolicyDocument.key == "denmark").order_by(PolicyDocument.effective_from.desc())
        ).first()
        assert row is not None
        document = load(row.text, "denmark")
    assert (document.effective_from, document.approved_on) == (date(2027, 1, 1), date(2026, 11, 19))
    assert b"# after the event" in row.text  # comments of the version before are still there
    assert "above DKK 400 a head" in words(story.client("Amalie").get("/policy?on=2027-01-01").text)
    assert "above DKK 450 a head" in words(story.client("Amalie").get("/policy").text)
    page = words(desk.by("Ilse").get("/policy/documents/denmark/2027-01-01").text)
    assert "2026-31" in page
    closed = words(desk.by("Ilse").get(desk.url).text)
    assert "It has been published." in closed
    assert "stands against it" not in closed  # it was checked beside the Code, and is not checked beside nothing now
    assert "Second officer Otto" in page
    for address, content in (("resolution-document", PDF), ("/policy/documents/denmark/2027-01-01.toml", row.text)):
        with desk.by("Aud").get(address if address.startswith("/") else f"{desk.url}/{address}") as file:
            assert file.data == content


def test_nobody_signs_what_they_had_a_hand_in_nor_what_their_manager_wrote(story: Story) -> None:
    story.person("Jon", company="NL-DK", manager="Ilse")
    story.grant("Jon", Role.COMPLIANCE_OFFICER, "NL-DK")
    desk = Desk(story)
    assert desk.limit("Ilse", "400").status_code == 303
    assert desk.limit("Otto", "410").status_code == 303
    assert desk.post("Ilse", "/submit").status_code == 303
    for name in ("Ilse", "Otto", "Jon"):
        assert desk.post(name, "/sign").status_code == 403, name
        assert "Sign it" not in words(desk.by(name).get(desk.url).text)
    page = words(desk.by("Nora").get(desk.url).text)
    assert "Can sign it: Nora." in page
    assert desk.post("Nora", "/sign").status_code == 303
    assert desk.row.signed_by_id == story.ids["Nora"]


def test_where_nobody_else_could_sign_it_is_said_and_not_submitted(story: Story) -> None:
    desk = Desk(story)
    for name, amount in (("Ilse", "400"), ("Otto", "401"), ("Nora", "402")):
        assert desk.limit(name, amount).status_code == 303
    assert "Nobody can sign it" in words(desk.by("Ilse").get(desk.url).text)
    refused = desk.post("Ilse", "/submit")
    assert refused.status_code == 422
    assert "Nobody else can sign it" in words(refused.text)
    assert desk.row.state == "draft"


def test_what_is_sent_back_is_a_draft_again_and_says_why(story: Story) -> None:
    desk = Desk(story)
    desk.limit("Ilse", "400")
    desk.post("Ilse", "/submit")
    assert desk.post("Otto", "/send-back", reason=" ").status_code == 422
    assert desk.post("Otto", "/send-back", reason="Why not 420?").status_code == 303
    assert desk.row.state == "draft"
    page = words(desk.by("Ilse").get(desk.url).text)
    assert "Otto sent it back." in page
    assert "Why not 420?" in page
    assert desk.limit("Ilse", "420").status_code == 303
    desk.post("Ilse", "/submit")
    desk.post("Otto", "/sign")
    assert desk.post("Nora", "/send-back", reason="The board asks for more").status_code == 303
    assert desk.row.signed_by_id is None


def test_what_was_submitted_or_signed_is_not_written_any_more(story: Story) -> None:
    desk = Desk(story)
    desk.limit("Ilse", "400")
    for step in (("Ilse", "/submit"), ("Otto", "/sign")):
        assert desk.post(*step).status_code == 303
        assert desk.limit("Ilse", "390").status_code == 409
        assert desk.post("Ilse", "/text", text="x").status_code == 409
    assert desk.post("Ilse", "/publish").status_code == 409  # no resolution yet


def test_a_policy_takes_effect_today_or_later_never_in_the_past(story: Story) -> None:
    desk = Desk(story)
    desk.limit("Ilse", "400")
    desk.post("Ilse", "/submit")
    desk.post("Otto", "/sign")
    signed = desk.row.text
    for day, sentence in (("2026-11-19", "is past"), ("2024-07-01", "is past")):
        refused = desk.resolve("Ilse", effective_from=day)
        assert refused.status_code == 422
        assert sentence in words(refused.text)
    assert "from a day to come" in words(desk.resolve("Ilse", resolved_on="2026-11-21").text)
    assert "not what its name says" in words(desk.resolve("Ilse", document=(io.BytesIO(b"hello"), "minutes.pdf")).text)
    assert desk.by("Ilse").post(desk.url + "/resolution", data={"number": "1"}).status_code == 422
    assert not list(story.app.config["SETTINGS"].data_dir.glob("attachments/*"))
    assert desk.resolve("Ilse", effective_from="2026-11-20").status_code == 303
    assert desk.resolve("Otto", effective_from="2026-11-20", number="2026-32").status_code == 303
    assert len(list(story.app.config["SETTINGS"].data_dir.glob("attachments/*"))) == 1
    changed = set(desk.row.text.splitlines()) - set(signed.splitlines())
    assert changed == {"approved_on = 2026-11-19", "effective_from = 2026-11-20"}
    assert desk.post("Ilse", "/publish").status_code == 303
    assert "above DKK 400 a head" in words(story.client("Amalie").get("/policy").text)


def test_a_later_version_comes_after_the_one_before_it(story: Story) -> None:
    Desk(story).through()
    desk = Desk(story)
    assert "effective_from = 2027-02-01" in desk.row.text
    desk.limit("Ilse", "390")
    desk.post("Ilse", "/submit")
    desk.post("Otto", "/sign")
    refused = desk.resolve("Ilse", effective_from="2027-01-01")
    assert "takes effect on that day or later" in words(refused.text)
    assert desk.resolve("Ilse", effective_from="2027-01-02").status_code == 303


def test_everybody_it_concerns_is_told_once(story: Story) -> None:
    story.person("Gone", company="NL-DK", active_to=date(2026, 11, 19))
    story.company("NL-DK-1", under="NL-DK")
    story.person("Below", company="NL-DK-1")
    desk = Desk(story)
    desk.through()
    assert desk.post("Ilse", "/publish").status_code == 409
    with story.app.app_context():
        rows = db.session.scalars(select(NoticeRow).where(NoticeRow.template == "policy_published")).all()
        told = sorted(row.person.name for row in rows)
        assert len({row.public_id for row in rows}) == len(rows)
        assert {tuple(sorted(row.params.items())) for row in rows} == {(("day", "2027-01-01"), ("from_on", "2027-01-01"))}
        assert all(row.next_try_at is not None and row.next_try_at >= story.now for row in rows)
    assert told == ["Adam", "Amalie", "Below", "Ben", "Dee", "Ilse", "Tomasz"]


def test_many_mails_fall_due_one_after_another(story: Story) -> None:
    with story.app.app_context(), writing() as session:
        telling.tell(session, None, date(2027, 1, 1), story.now)
    with story.app.app_context():
        rows = db.session.scalars(select(NoticeRow).order_by(NoticeRow.person_id)).all()
        waits = [(row.next_try_at - story.now).total_seconds() for row in rows if row.next_try_at]
    assert waits == [number // telling.A_SECOND for number in range(len(rows))]
    assert len(rows) > telling.A_SECOND


def test_a_withdrawn_draft_is_read_and_never_changed_and_another_can_begin(story: Story) -> None:
    desk = Desk(story)
    assert desk.post("Ilse", "/withdraw", reason="Too early").status_code == 303
    page = words(desk.by("Ilse").get(desk.url).text)
    assert "This draft was withdrawn." in page
    assert "Too early" in page
    assert desk.limit("Ilse", "400").status_code == 409
    assert Desk(story).public_id != desk.public_id
    for statement in ("UPDATE policy_draft SET state = 'draft' WHERE closed_at IS NOT NULL", "DELETE FROM policy_draft"):
        with story.app.app_context(), pytest.raises(DBAPIError), writing() as session:
            session.execute(text(statement))


def test_each_step_leaves_an_event_with_its_hand_and_the_text_it_was_about(story: Story) -> None:
    desk = Desk(story)
    desk.through()
    with story.app.app_context():
        stream = select(Event).where(Event.stream == "policy/denmark").order_by(Event.sequence)
        events = db.session.scalars(stream.where(Event.actor_id.is_not(None))).all()  # what was in force before came by itself
        hands = [(event.action, event.actor_id) for event in events]
        publics = [json.loads(event.body)["public"] for event in events]
    ilse, otto = story.ids["Ilse"], story.ids["Otto"]
    assert hands == [
        ("policy:started", ilse),
        ("policy:changed", ilse),
        ("policy:submitted", ilse),
        ("policy:signed", otto),
        ("policy:resolved", ilse),
        ("policy:published", ilse),
    ]
    assert publics[1]["text"] == publics[2]["text"] == publics[3]["text"] == publics[4]["signed_text"]
    assert publics[5]["second"] == otto
    assert publics[5]["sha256"] == hashlib.sha256(PDF).hexdigest()
