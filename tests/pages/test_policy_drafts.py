"""Compliance writes the policy: a draft in two views, a second officer, the board's resolution, and one day from which it holds."""

import hashlib
import html
import io
import json
import re
import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from declarations.extensions import db, writing
from declarations.jobs.claims import Claim
from declarations.jobs.worker import Worker
from declarations.models import Event, NoticeRow, PolicyDocument, PolicyDraft, PolicyRehearsal
from declarations.policies import telling
from declarations.rehearsing import rehearsal, turn
from tests.support.story import Story
from workflows.policy.document import load
from workflows.words import Kind, Role

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
MEAL = "/rules/1"  # the first rule of the Danish amendment: meals above DKK 450 a head


@pytest.fixture
def story(app: Flask) -> Story:
    """The house, in which Danish compliance is Ilse; Otto and Nora are officers of the group."""
    story = Story(app).house()
    story.person("Nora", company="NL")
    story.grant("Nora", Role.COMPLIANCE_OFFICER, "NL")
    return story


class Desk:
    """A draft in the hands of somebody."""

    def __init__(self, story: Story, begun_by: str = "Ilse", **what: str) -> None:
        self.story = story
        answer = story.client(begun_by).post("/policy/drafts", data=what or {"key": "denmark"})
        assert answer.status_code == 303, answer.text
        self.url = answer.headers["Location"]
        self.public_id = self.url.rsplit("/", 1)[1]

    @property
    def row(self) -> PolicyDraft:
        with self.story.app.app_context():
            row = db.session.scalars(select(PolicyDraft).where(PolicyDraft.public_id == self.public_id)).one()
            db.session.expunge(row)
            return row

    def by(self, name: str) -> FlaskClient:
        return self.story.client(name)

    def post(self, name: str, where: str, **typed: Any) -> Any:
        data = {"seen": str(self.row.revision)} | {key.replace("__", "/"): value for key, value in typed.items()}
        return self.by(name).post(
            self.url + where, data=data, content_type="multipart/form-data" if where == "/resolution" else None
        )

    def limit(self, name: str, amount: str) -> Any:
        """Change the limit for meals in crowns."""
        place = "rules/0/when/per_head:DKK"
        return self.by(name).post(self.url + MEAL, data={"seen": str(self.row.revision), place: amount})

    def resolve(self, name: str, **more: Any) -> Any:
        typed = {"number": "2026-31", "resolved_on": "2026-11-19", "effective_from": "2027-01-01"}
        return self.post(name, "/resolution", **(typed | {"document": (io.BytesIO(PDF), "minutes.pdf")} | more))

    def through(self) -> None:
        """Changed by Ilse, signed by Otto, resolved and published."""
        assert self.limit("Ilse", "400").status_code == 303
        assert self.post("Ilse", "/submit").status_code == 303
        assert self.post("Otto", "/sign").status_code == 303
        assert self.resolve("Ilse").status_code == 303
        assert self.post("Ilse", "/publish").status_code == 303


def words(page: str) -> str:
    part = html.unescape(page[page.index('id="main"') : page.index("</main>")])
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part)).replace("\xa0", " ")


def actions(story: Story, key: str) -> list[str]:
    """What people did; the versions the story begins with were published by nobody."""
    done = select(Event.action).where(Event.stream == f"policy/{key}", Event.actor_id.is_not(None)).order_by(Event.sequence)
    with story.app.app_context():
        return list(db.session.scalars(done))


# the whole way


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
    assert "Second officer Otto" in page
    for address, content in (("resolution-document", PDF), ("/policy/documents/denmark/2027-01-01.toml", row.text)):
        with desk.by("Aud").get(address if address.startswith("/") else f"{desk.url}/{address}") as file:
            assert file.data == content


# who


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


def test_the_code_is_the_groups_and_an_amendment_its_companys(story: Story) -> None:
    story.person("Uta", company="NL-DE")
    story.grant("Uta", Role.COMPLIANCE_OFFICER, "NL-DE")
    assert story.client("Ilse").post("/policy/drafts", data={"key": "group-code"}).status_code == 404
    assert story.client("Uta").post("/policy/drafts", data={"key": "denmark"}).status_code == 404
    code, danish = Desk(story, "Otto", key="group-code"), Desk(story)
    assert "Can sign it: Nora." in words(code.by("Otto").get(code.url).text)
    for name, desk, seen in (("Ilse", code, False), ("Uta", danish, False), ("Otto", danish, True), ("Aud", danish, True)):
        for page in ("", "/form", "/about", "/rules/1", "/text", ".toml", "/rehearsals"):
            with desk.by(name).get(desk.url + page) as answer:
                assert (answer.status_code == 200) is seen, (name, page)
    for name in ("Amalie", "Ben", "Adam", "Vera"):
        for page in ("/policy/drafts", danish.url, "/policy/documents/group-code/2026-01-01"):
            assert danish.by(name).get(page).status_code == 404, (name, page)


def test_internal_audit_reads_and_changes_nothing(story: Story) -> None:
    desk = Desk(story)
    before = desk.row.text
    assert "disabled" in desk.by("Aud").get(desk.url + MEAL).text
    for where in ("/submit", "/sign", "/publish", "/withdraw", "/send-back", "/rules", "/resolution"):
        assert desk.post("Aud", where).status_code == 404
    assert desk.limit("Aud", "1").status_code == 404
    assert desk.post("Aud", "/text", text="x").status_code == 404
    assert desk.row.text == before


# writing


def test_a_draft_is_kept_as_typed_even_where_it_does_not_read(story: Story) -> None:
    desk = Desk(story)
    broken = desk.row.text + "\nrules = [\n# half a thought"
    assert desk.post("Ilse", "/text", text=broken.replace("\n", "\r\n")).status_code == 303
    assert desk.row.text == broken
    assert "cannot be read as TOML" in words(desk.by("Ilse").get(desk.url + "/form").text)
    assert "One thing stands against it" in words(desk.by("Ilse").get(desk.url).text)
    assert desk.limit("Ilse", "400").status_code == 422
    assert desk.post("Ilse", "/submit").status_code == 422
    assert desk.row.state == "draft"


def test_every_problem_is_said_beside_its_field_with_its_rule(story: Story) -> None:
    desk = Desk(story)
    written = desk.row.text.replace('outcome = "manager"', 'outcome = "manger"', 1).replace("at_least = 5", 'at_least = "many"')
    desk.post("Ilse", "/text", text=written)
    page = words(desk.by("Ilse").get(desk.url).text)
    assert "2 things stand against it" in page
    first, second = desk.by("Ilse").get(desk.url + MEAL).text, desk.by("Ilse").get(desk.url + "/rules/2").text
    assert 'id="rules/0/outcome-error"' in first
    assert "did you mean “manager”?" in words(first)
    assert 'id="rules/1/when/count-error"' in second


def test_what_somebody_else_saved_meanwhile_is_not_written_over(story: Story) -> None:
    desk = Desk(story)
    old = str(desk.row.revision)
    desk.limit("Otto", "410")
    late = desk.by("Ilse").post(desk.url + MEAL, data={"seen": old, "rules/0/when/per_head:DKK": "390"})
    assert late.status_code == 409
    assert 'value="390"' in late.text
    assert 'DKK = "410"' in desk.row.text
    text = desk.by("Ilse").post(desk.url + "/text", data={"seen": old, "text": "my own words"})
    assert text.status_code == 409
    assert "my own words" in text.text
    assert desk.by("Otto").post(desk.url + "/submit", data={"seen": old}).status_code == 409


def test_an_ambiguous_amount_is_asked_again_and_all_else_is_saved(story: Story) -> None:
    desk = Desk(story)
    place = "rules/0/when/per_head"
    answer = desk.by("Ilse").post(desk.url + MEAL, data={"seen": "1", f"{place}:DKK": "1.500", "rules/0/clause": "DK 7"})
    assert answer.status_code == 422
    assert "This could be read in two ways." in words(answer.text)
    assert 'value="1.500"' in answer.text
    assert 'clause = "DK 7"' in desk.row.text
    assert 'DKK = "450"' in desk.row.text


def test_conditions_and_rules_are_added_and_taken_away(story: Story) -> None:
    desk = Desk(story)
    assert desk.post("Ilse", MEAL, do="add:when", **{"add:when": "official"}).status_code == 303
    assert "when.official = true" in desk.row.text
    assert desk.post("Ilse", MEAL, do="drop:when/official").status_code == 303
    assert "when.official" not in desk.row.text
    added = desk.post("Ilse", "/rules", replaces="gift-manager")
    assert added.headers["Location"].endswith("/rules/4")
    assert desk.post("Ilse", "/rules", replaces="cash").status_code == 404  # fixed
    assert desk.post("Ilse", "/rules", replaces="gift-manager").status_code == 404  # there already
    rules = load(desk.row.text, "denmark").rules
    assert (rules[3].id, rules[3].replaces, rules[3].clause) == ("dk-gift-manager", "gift-manager", "2.1")
    assert desk.post("Ilse", "/rules/4", do="remove").status_code == 303
    assert len(load(desk.row.text, "denmark").rules) == 3
    assert desk.by("Ilse").get(desk.url + "/rules/4").status_code == 404


def test_a_class_is_added_and_a_word_of_it_taken_away(story: Story) -> None:
    desk = Desk(story)
    more = {"classes/+name": "Fine Things", "classes/+words": "watch, ring", "classes/meal": "meal"}
    assert desk.post("Ilse", "/about", **more).status_code == 303
    classes = load(desk.row.text, "denmark").classes
    assert classes == {"meal": frozenset({"meal"}), "fine_things": frozenset({"watch", "ring"})}


def test_a_company_without_one_begins_its_amendment(story: Story) -> None:
    story.company("NL-SE", under="NL", currency="SEK", country="SE", zone="Europe/Stockholm", calendar="SE")
    desk = Desk(story, "Otto", company="NL-SE")
    assert desk.row.key == "nl-se"
    assert "Nowhere looser than the Code." in words(desk.by("Otto").get(desk.url).text)
    desk.post("Otto", "/rules", replaces="gift-manager")
    desk.by("Otto").post(desk.url + "/rules/1", data={"seen": str(desk.row.revision), "rules/0/when/occasion_total:SEK": "700"})
    assert desk.post("Otto", "/submit").status_code == 303
    assert desk.post("Nora", "/sign").status_code == 303
    assert Desk(story, "Nora", company="NL-SE").public_id == desk.public_id  # one is open already


# steps


def test_where_the_code_forbids_it_a_counter_example_says_why(story: Story) -> None:
    desk = Desk(story)
    for amount, stands in (("560", True), ("560.01", False), ("559.99", True)):
        desk.limit("Ilse", amount)
        page = words(desk.by("Ilse").get(desk.url).text)
        assert ("Nowhere looser than the Code." in page) is stands, amount
        assert ("Clause 3.1 of the Code asks for more: entertainment of DKK 560" in page) is not stands
        assert desk.post("Ilse", "/submit").status_code == (303 if stands else 422)
        if stands:
            desk.post("Ilse", "/send-back", reason="Not yet")


def test_nothing_new_is_not_submitted(story: Story) -> None:
    desk = Desk(story)
    refused = desk.post("Ilse", "/submit")
    assert refused.status_code == 422
    assert "there is nothing to submit" in words(refused.text)


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


# rehearsed


def work(story: Story) -> int:
    with story.app.app_context():
        return Worker().tick()


def rehearsed(desk: Desk, name: str = "Ilse", months: str = "12") -> str:
    """The address of a rehearsal that was just asked for."""
    answer = desk.by(name).post(desk.url + "/rehearsals", data={"months": months})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def meals(story: Story, *worths: str) -> None:
    story.firm("Acme")
    for worth in worths:
        story.declare("Amalie", Kind.ENTERTAINMENT, firm="Acme", worth=worth, form="meal", title=f"Dinner of {worth}")


def test_a_rehearsal_says_what_would_change_and_opens_every_figure(story: Story) -> None:
    meals(story, "430", "450", "560.01")
    desk = Desk(story)
    before = rehearsed(desk)
    desk.limit("Ilse", "429.99")
    after = rehearsed(desk)
    work(story)
    assert "No declaration would have another answer." in words(desk.by("Ilse").get(before).text)
    page = desk.by("Ilse").get(after)
    assert "2 of 3 declarations would have another answer." in words(page.text)
    assert "Entertainment Recorded Manager 2" in words(page.text)
    link = re.search(r'href="(/policy/rehearsals/[^"]+/declarations\?[^"]+)"', page.text)
    assert link
    listed = words(desk.by("Ilse").get(html.unescape(link[1])).text)
    assert "now: Recorded; with the draft: Manager" in listed
    assert "Dinner of 430" in listed
    assert "Dinner of 450" in listed
    assert "560.01" not in listed
    for by in ("company", "class", "nonsense"):
        assert desk.by("Ilse").get(f"{after}?by={by}").status_code == 200
    assert desk.by("Ilse").get(f"{after}/declarations?kind=x&company=y&before=z&breach=q").status_code == 200


def test_a_rehearsal_is_the_workers_and_its_page_shows_how_far_it_is(story: Story) -> None:
    meals(story, "430")
    desk = Desk(story)
    page = rehearsed(desk)
    assert rehearsed(desk) == page, "one of the same text and days is under way"
    waits = desk.by("Ilse").get(page)
    assert "It begins in a moment." in words(waits.text)
    assert waits.headers["Refresh"] == "2"
    assert desk.by("Ilse").get(page + "/declarations").status_code == 404
    with story.app.app_context(), writing() as session:
        session.execute(update(PolicyRehearsal).values(started_at=story.now, percent=42))
    assert "42 % so far" in words(desk.by("Aud").get(page).text)
    with story.app.app_context():
        Worker().hurry()  # beside whatever else the worker does
    done = desk.by("Aud").get(page)
    assert "Refresh" not in done.headers
    assert "No declaration would have another answer." in words(done.text)
    assert "Ilse, today at" in words(done.text)
    assert "Ilse rehearsed it." in words(desk.by("Aud").get(desk.url).text)
    assert rehearsed(desk) != page


def test_what_was_rehearsed_stays_what_it_was_and_says_what_has_moved_on(story: Story) -> None:
    meals(story, "430", "450")
    desk = Desk(story)
    desk.limit("Ilse", "440")
    page = rehearsed(desk)
    desk.limit("Ilse", "445")  # while it waits
    work(story)
    text = words(desk.by("Ilse").get(page).text)
    assert "1 of 2 declarations would have another answer." in text
    assert "The draft has been changed since." in text
    assert "Since then" not in text
    desk.limit("Ilse", "440")
    assert "has been changed since" not in words(desk.by("Ilse").get(page).text)
    meals(story, "460")
    text = words(desk.by("Ilse").get(page).text)
    assert "1 of 2 declarations would have another answer." in text
    assert "Since then something was done with one declaration." in text
    assert "Since then" in words(desk.by("Ilse").get(page + "/declarations?kind=entertainment").text)


def test_a_rehearsal_survives_its_worker_and_one_that_cannot_be_worked_out_is_given_up(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    meals(story, "430")
    desk = Desk(story)
    page = rehearsed(desk)

    def dies(**_: object) -> None:
        raise KeyboardInterrupt

    really = rehearsal.rehearse
    monkeypatch.setattr(rehearsal, "rehearse", dies)
    with pytest.raises(KeyboardInterrupt):
        work(story)
    monkeypatch.setattr(rehearsal, "rehearse", really)
    work(story)
    assert "It is being rehearsed." in words(desk.by("Ilse").get(page).text), "somebody else's as long as the claim holds"
    story.now += turn.LEASE + timedelta(seconds=1)
    work(story)
    assert "No declaration would have another answer." in words(desk.by("Ilse").get(page).text)

    def fails(**_: object) -> None:
        raise ValueError("of no use")

    page = rehearsed(desk)
    monkeypatch.setattr(rehearsal, "rehearse", fails)
    for _ in range(turn.MOST_TRIES):
        work(story)
        story.now += timedelta(hours=1)
    broken = desk.by("Ilse").get(page)
    assert "even after several tries" in words(broken.text)
    assert "Refresh" not in broken.headers


def test_how_far_it_is_is_noted_while_it_is_worked_out(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(story)
    rehearsed(desk)
    really, noted, seen = rehearsal.rehearse, threading.Event(), []

    def note(claim: Claim, share: float) -> None:
        turn_note(claim, share)
        if share:
            seen.append(db.session.scalar(select(PolicyRehearsal.percent)))
            noted.set()

    def slow(*, progress: Callable[[float], None], **asked: Any) -> Any:
        progress(0.42)
        assert noted.wait(60)
        return really(progress=progress, **asked)

    turn_note = turn.note
    monkeypatch.setattr(turn, "note", note)
    monkeypatch.setattr(turn, "EVERY", 0.01)
    monkeypatch.setattr(rehearsal, "rehearse", slow)
    work(story)
    assert seen[0] == 42
    with story.app.app_context():
        assert db.session.scalar(select(PolicyRehearsal.percent)) == 100


def test_officers_of_the_company_rehearse_and_only_its_overseers_read_it(story: Story) -> None:
    story.person("Uta", company="NL-DE")
    story.grant("Uta", Role.COMPLIANCE_OFFICER, "NL-DE")
    desk = Desk(story)
    page = rehearsed(desk, "Otto")
    work(story)
    for name in ("Amalie", "Ben", "Adam", "Uta"):
        assert desk.by(name).get(page).status_code == desk.by(name).get(page + "/declarations").status_code == 404, name
    for name in ("Amalie", "Aud", "Uta"):
        assert desk.by(name).post(desk.url + "/rehearsals").status_code == 404, name
    desk.post("Ilse", "/text", text="x")
    assert desk.by("Ilse").post(desk.url + "/rehearsals").status_code == 422
    assert "cannot be rehearsed until it reads" in words(desk.by("Ilse").get(desk.url + "/rehearsals").text)
    assert "Of an earlier text" in words(desk.by("Ilse").get(desk.url + "/rehearsals").text)
    desk.post("Ilse", "/withdraw", reason="Enough.")
    assert desk.by("Ilse").post(desk.url + "/rehearsals").status_code == 409
