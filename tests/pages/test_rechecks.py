"""What a late entry re-opened: compliance finds it on the overview, opens it, and settles it with a reason or takes it up again."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from declarations.compliance import settling
from declarations.evidence.record import Entry
from declarations.extensions import db
from declarations.models import Event, Recheck
from tests.support.story import Story
from workflows.words import Action, Kind, State


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Acme")
    return story


def flagged(story: Story, *, by: str = "Amalie") -> tuple[str, str, str]:
    """A gift that a late one lifted over the limit: both declarations' and the flag's public ids."""
    later = story.declare(by, firm="Acme", worth="400", title="A book")
    late = story.declare(by, firm="Acme", worth="1900", title="A lamp", occurred_on=date(2026, 6, 1))
    with story.app.app_context():
        return later, late, db.session.scalars(select(Recheck.public_id).order_by(Recheck.id.desc())).first() or ""


def words(html: str) -> str:
    text = html[html.index('id="main"') :].replace("\xa0", " ")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def the(story: Story) -> Recheck:
    with story.app.app_context():
        return db.session.scalars(select(Recheck)).one()


def test_the_overview_lists_it_and_the_page_says_what_changed_and_why(story: Story) -> None:
    _later, _late, flag = flagged(story)
    ilse = story.client("Ilse")
    overview = words(ilse.get("/compliance").text)
    assert "Re-opened by late entries" in overview
    assert "Amalie: DKK 2,300 in twelve months; the limit is 2,240." in overview
    assert "lifted by “A lamp” of 1 June, entered later" in overview
    page = words(ilse.get(f"/compliance/rechecks/{flag}").text)
    for said in ("A book", "A lamp", "Recorded", "Compliance decides", "§ 2.3", "Take it up again", "Seen, no change"):
        assert said in page
    assert "A late entry lifted one total over a limit." in words(ilse.get("/compliance/rechecks").text)


def test_seen_and_no_change_needs_a_reason_and_stands_in_the_record(story: Story) -> None:
    later, _late, flag = flagged(story)
    ilse = story.client("Ilse")
    path = f"/compliance/rechecks/{flag}"
    assert ilse.post(path, data={"how": "no_change", "reason": " ", "version": "1"}).status_code == 422
    assert the(story).settled_at is None
    assert ilse.post(path, data={"how": "no_change", "reason": "Both were birthdays.", "version": "1"}).status_code == 303
    row = the(story)
    assert (row.how, row.reason, row.settled_by_id) == ("no_change", "Both were birthdays.", story.ids["Ilse"])
    assert story.state(later) is State.RECORDED
    page = words(ilse.get(path).text)
    assert "Ilse saw it on 20 November 2026 and left it as it was." in page
    assert "Both were birthdays." in page
    assert "Take it up again" not in page
    assert "Re-opened by late entries" not in words(ilse.get("/compliance").text)
    with story.app.app_context():
        actions = db.session.scalars(select(Event.action).where(Event.stream == f"recheck/{flag}").order_by(Event.sequence)).all()
    assert actions == ["recheck:opened", "recheck:settled"]
    again = ilse.post(path, data={"how": "no_change", "reason": "Again.", "version": "1"})
    assert (again.status_code, the(story).reason) == (303, "Both were birthdays.")


def test_taken_up_again_it_waits_for_compliance_by_the_workflows_own_action(story: Story) -> None:
    later, _late, flag = flagged(story)
    ilse = story.client("Ilse")
    done = ilse.post(f"/compliance/rechecks/{flag}", data={"how": "taken_up", "reason": "Too much.", "version": "1"})
    assert done.status_code == 303
    assert story.state(later) is State.WITH_COMPLIANCE
    assert the(story).how == "taken_up"
    assert "Ilse took it up again" in words(ilse.get("/compliance/rechecks").text)
    story.act("Ilse", Action.APPROVE, later)
    assert story.state(later) is State.APPROVED


def test_taking_up_and_settling_are_done_together_or_not_at_all(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    later, _late, flag = flagged(story)

    def breaks(_session: object, entry: Entry, **_: object) -> None:
        raise OSError(entry.action)

    monkeypatch.setattr(settling, "append", breaks)
    with pytest.raises(OSError, match="recheck:settled"):
        story.client("Ilse").post(f"/compliance/rechecks/{flag}", data={"how": "taken_up", "reason": "Too much.", "version": "1"})
    assert story.state(later) is State.RECORDED
    assert the(story).settled_at is None
    with story.app.app_context():
        assert not db.session.scalars(select(Event.id).where(Event.action == "declaration:escalated")).all()


def test_what_moved_on_meanwhile_is_not_taken_up_as_it_was_seen(story: Story) -> None:
    later, _late, flag = flagged(story)
    story.act("Amalie", Action.CORRECT, later, facts=story.facts("Amalie", Kind.GIFT, firm="Acme", worth="600"))
    ilse = story.client("Ilse")
    sent = ilse.post(f"/compliance/rechecks/{flag}", data={"how": "taken_up", "reason": "Too much.", "version": "1"})
    assert sent.status_code == 303
    assert the(story).settled_at is None
    page = words(ilse.get(f"/compliance/rechecks/{flag}").text)
    assert "Take it up again" not in page, "it waits for a decision already"
    assert "It waits for a decision already" in page


def test_only_compliance_of_its_company_settles_it_and_others_do_not_know_of_it(story: Story) -> None:
    _later, _late, flag = flagged(story)
    path, sent = f"/compliance/rechecks/{flag}", {"how": "no_change", "reason": "So be it.", "version": "1"}
    for name in ("Amalie", "Ben", "Tomasz", "Adam", "Vera"):
        client = story.client(name)
        assert client.get(path).status_code == client.post(path, data=sent).status_code == 404, name
    aud = story.client("Aud")
    assert "Seen, no change" not in aud.get(path).text
    assert aud.post(path, data=sent).status_code == 403
    assert story.client("Ilse").post(path, data=sent | {"how": "explode"}).status_code == 404
    assert story.client("Ilse").post("/compliance/rechecks/AAAAAAAA", data=sent).status_code == 404
    assert the(story).settled_at is None


def test_an_officer_whom_the_late_entry_names_learns_nothing_of_it_and_another_settles_it(story: Story) -> None:
    story.declare("Amalie", firm="Acme", worth="400")
    late = {"occurred_on": date(2026, 6, 1), "named": frozenset({story.ids["Ilse"]})}
    story.declare("Amalie", firm="Acme", worth="1900", **late)
    path, settles = f"/compliance/rechecks/{the(story).public_id}", {"how": "no_change", "reason": "Seen.", "version": "1"}
    ilse, otto = story.client("Ilse"), story.client("Otto")
    assert [ilse.get(path).status_code, ilse.post(path, data=settles).status_code] == [404, 404]
    assert "2,300" not in ilse.get("/compliance").text + ilse.get("/compliance/rechecks").text
    assert otto.post(path, data=settles).status_code == 303


def test_an_officer_who_could_not_decide_it_does_not_settle_it_either(story: Story) -> None:
    _later, _late, flag = flagged(story, by="Gerda")  # to whom Otto reports
    otto, path = story.client("Otto"), f"/compliance/rechecks/{flag}"
    assert 'name="reason"' not in otto.get(path).text
    answer = otto.post(path, data={"how": "no_change", "reason": "All is well.", "version": "1"})
    assert answer.status_code == 403
    assert "somebody you report to" in answer.text
    assert the(story).settled_at is None


def test_nobody_settles_their_own(story: Story) -> None:
    _later, _late, flag = flagged(story, by="Ilse")
    path, sent = f"/compliance/rechecks/{flag}", {"how": "no_change", "reason": "So be it.", "version": "1"}
    ilse = story.client("Ilse")
    assert ilse.get(path).status_code == ilse.post(path, data=sent).status_code == 404
    assert "Re-opened" not in words(ilse.get("/compliance").text)
    assert story.client("Otto").post(path, data=sent).status_code == 303


def test_the_story_tells_it_to_each_reader_as_far_as_it_is_theirs(story: Story) -> None:
    later, _late, flag = flagged(story)
    for name in ("Amalie", "Ilse", "Aud"):
        page = words(story.client(name).get(f"/declarations/{later}").text)
        assert "A late entry lifted its total over a limit." in page, name
        assert "DKK 2,300 in twelve months; the limit is 2,240." in page
        assert "“A lamp” of 1 June 2026 was declared later." in page
        assert "Compliance looks at it." in page
    sent = {"how": "no_change", "reason": "Both were birthdays.", "version": "1"}
    story.client("Ilse").post(f"/compliance/rechecks/{flag}", data=sent)
    hers = words(story.client("Amalie").get(f"/declarations/{later}").text)
    assert "Compliance looked at it." in hers
    assert "birthdays" not in hers
    assert "Ilse saw it and left it as it was." in words(story.client("Aud").get(f"/declarations/{later}").text)


def test_a_decider_who_may_not_open_the_late_entry_reads_the_sum_without_its_name(story: Story) -> None:
    later = story.declare("Amalie", firm="Acme", worth="600", title="A book")
    story.act("Ilse", Action.REASSIGN, later, reason="For you.", to_person_id=story.ids["Gerda"])
    story.declare("Amalie", firm="Acme", worth="1900", title="A lamp", occurred_on=date(2026, 6, 1))
    page = words(story.client("Gerda").get(f"/declarations/{later}").text)
    assert "A late entry lifted its total over a limit." in page
    assert "A lamp" not in page


def test_a_decider_whom_the_late_entry_names_reads_nothing_of_it(story: Story) -> None:
    later = story.declare("Amalie", firm="Acme", worth="600", title="A book")
    late = {"occurred_on": date(2026, 6, 1), "named": frozenset({story.ids["Ben"]})}
    story.declare("Amalie", firm="Acme", worth="1900", title="A lamp", **late)
    page = words(story.client("Ben").get(f"/declarations/{later}").text)
    assert "A book" in page
    for said in ("A lamp", "late entry", "2,500", "Compliance looks at it"):
        assert said not in page
