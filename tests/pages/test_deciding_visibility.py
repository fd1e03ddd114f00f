"""Who sees a declaration: the declarant, whose turn it is, who decided it, compliance and audit of its company, and nobody else."""

import re
from datetime import date

import pytest
from flask import Flask

from declarations.extensions import writing
from declarations.models import Person
from tests.support.story import Story
from workflows.words import Action, Kind, State


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Acme")
    return story


def words(html: str) -> str:
    """What stands on the page, without tags and menus."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index('id="main"') :]))


def without_tokens(html: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", html)


def test_what_one_may_not_see_looks_exactly_like_what_does_not_exist(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600", named=frozenset({story.ids["Ilse"]}))
    for name in ("Dee", "Tomasz", "Gerda", "Adam", "Ilse"):  # another manager, a colleague, the manager's manager, …
        client = story.client(name)
        hidden, missing = client.get(f"/declarations/{gift}"), client.get("/declarations/AAAAAAAAAAAAAAAA")
        assert hidden.status_code == missing.status_code == 404, name
        assert without_tokens(hidden.text) == without_tokens(missing.text), name
        deed = client.post(f"/declarations/{gift}/approve", data={"version": 1, "seen": ""})
        assert deed.status_code == 404, name


def test_the_declarant_whose_turn_it_is_and_those_who_oversee_see_it(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600")
    for name in ("Amalie", "Ben", "Ilse", "Otto", "Aud"):
        assert story.client(name).get(f"/declarations/{gift}").status_code == 200, name


def test_a_colleague_it_names_never_sees_it_even_as_the_manager(story: Story) -> None:
    conflict = story.declare("Amalie", Kind.CONFLICT, title="My manager's firm", named=frozenset({story.ids["Ben"]}))
    assert story.client("Ben").get(f"/declarations/{conflict}").status_code == 404
    assert "My manager" not in story.client("Ben").get("/queue").text
    assert story.state(conflict) is State.WITH_COMPLIANCE


def test_the_substitute_sees_and_decides_while_the_manager_is_away(story: Story) -> None:
    before = story.declare("Amalie", firm="Acme", worth="600")
    story.away("Ben", substitute="Dee")
    since = story.declare("Amalie", firm="Acme", worth="700")
    dee = story.client("Dee")
    for gift in (before, since):
        page = dee.get(f"/declarations/{gift}")
        assert page.status_code == 200
        assert "For Ben, who is away" in page.text
    story.act("Dee", Action.APPROVE, since)
    assert "Dee approved it for Ben, who was away." in story.client("Amalie").get(f"/declarations/{since}").text


def test_who_decided_it_still_sees_it_afterwards(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="1300")
    story.act("Ben", Action.APPROVE, gift)
    assert story.client("Ben").get(f"/declarations/{gift}").status_code == 200


def test_items_counted_but_not_the_readers_to_open_show_as_one_sum(story: Story) -> None:
    for worth, day in (("800", 3), ("900", 4)):
        earlier = story.declare("Amalie", firm="Acme", worth=worth, title=f"Gift of {worth}", occurred_on=date(2026, 9, day))
        story.act("Ben", Action.APPROVE, earlier)
    with story.app.app_context(), writing() as session:
        session.get_one(Person, story.ids["Amalie"]).manager_id = story.ids["Dee"]  # she moves to another unit
    gift = story.declare("Amalie", firm="Acme", worth="1000")
    page = words(story.client("Dee").get(f"/declarations/{gift}").text)
    assert "Others that you cannot open come to DKK 1,700 together." in page.replace("\xa0", " ")
    assert "Gift of" not in page
    assert "DKK 1,700 in twelve months and 1,000 now make 2,700 ; the limit is 2,240" in page.replace("\xa0", " ")
    hers = words(story.client("Amalie").get(f"/declarations/{gift}").text)
    assert "Gift of 800" in hers
    assert "cannot open" not in hers


def test_a_managers_history_of_a_firm_holds_only_their_own_reports_items(story: Story) -> None:
    story.declare("Tomasz", firm="Acme", worth="700")  # Dee's report
    gift = story.declare("Amalie", firm="Acme", worth="600")
    mine = words(story.client("Ben").get(f"/declarations/{gift}").text)
    assert "One in twelve months with 1 of us" in mine
    overseen = words(story.client("Ilse").get(f"/declarations/{gift}").text)
    assert "Two in twelve months with 2 of us" in overseen


def test_outside_compliance_a_replaced_reviewers_reason_reads_not_independent(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600", named=frozenset({story.ids["Ben"]}))
    hers = words(story.client("Amalie").get(f"/declarations/{gift}").text)
    assert "Ben was passed over: not independent." in hers
    assert "names them" not in hers
    theirs = words(story.client("Ilse").get(f"/declarations/{gift}").text)
    assert "Ben was passed over: The declaration names them." in theirs


def test_auditors_read_everything_and_decide_nothing(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="600")
    aud = story.client("Aud")
    page = aud.get(f"/declarations/{gift}").text
    assert 'id="decision"' not in page
    refused = aud.post(f"/declarations/{gift}/approve", data={"version": story.version(gift), "seen": ""})
    assert refused.status_code == 403
    assert story.state(gift) is State.WITH_MANAGER
