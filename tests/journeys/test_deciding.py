"""Deciding in a real browser: substitutes, officials, split gifts, questions and answers, and two people at once."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from declarations.extensions import db
from declarations.models import Declaration, Event
from tests.journeys.fitness import faults
from tests.journeys.people import (
    asked,
    declare_gift,
    from_the_queue,
    headline,
    open_door,
    reads,
    what_next,
    write_gift,
)
from workflows.words import Kind, Role

if TYPE_CHECKING:
    from tests.journeys.people import Door
    from tests.support.story import Story

pytestmark = pytest.mark.journey


def decisions(story: Story, address: str) -> int:
    """How many approvals the record holds of the declaration at that address."""
    with story.app.app_context():
        number = select(Declaration.id).where(Declaration.public_id == address.rsplit("/", 1)[1]).scalar_subquery()
        return (
            db.session.scalar(
                select(func.count(Event.id)).where(Event.declaration_id == number, Event.action == "declaration:approved")
            )
            or 0
        )


def test_a_hamper_is_decided_by_the_substitute_of_a_manager_who_is_away(comes_in: Door) -> None:
    dee = comes_in("Dee")
    dee.goto("/me")
    dee.get_by_role("link", name="Set a substitute").click()
    dee.get_by_label("Who decides for you?").fill("ben@nordlys.example")
    dee.get_by_label("From").fill("2026-11-20")
    dee.get_by_label("Up to and with").fill("2026-11-30")
    dee.get_by_role("button", name="Set the substitute").click()
    reads(dee, "Your substitute is set.")

    tomasz = comes_in("Tomasz", phone=True)
    write_gift(tomasz, worth="597")
    expect(what_next(tomasz)).to_contain_text("Ben decides by")
    tomasz.locator("[data-part=button]").click()
    expect(headline(tomasz)).to_contain_text("Ben decides for Dee, who is away")
    address = tomasz.url

    ben = comes_in("Ben", phone=True)
    ben.goto("/queue")
    reads(ben, "One declaration needs your decision.", "You also decide for Dee", "For Dee")
    from_the_queue(ben, "A wine hamper")
    reads(ben, "For Dee, who is away", "DKK 597 on one day; the limit is 500.", "Recorded as “Ben, for Dee”")
    ben.locator(".actionbar").get_by_role("button", name="Approve").click()
    reads(ben, "Approved. Nothing else waits for you.")

    tomasz.goto(address)
    expect(headline(tomasz)).to_contain_text("It is approved.")
    reads(tomasz, "You declared it.", "It went to Ben, because Dee is away.", "Ben approved it for Dee, who was away.")
    dee.goto(address)
    expect(headline(dee)).to_contain_text("A wine hamper")


def test_a_dinner_for_a_public_official_needs_compliance_beforehand(story: Story, comes_in: Door) -> None:
    story.firm("City of Vestermark", "public_official")
    amalie = comes_in("Amalie")
    amalie.goto("/declare")
    amalie.get_by_role("link", name="A meal, match or show", exact=True).click()
    amalie.get_by_text("I invited", exact=True).click()
    asked(amalie, "Who did you invite?").fill("City of Vestermark")
    asked(amalie, "What was it?").fill("Dinner after the council’s visit")
    asked(amalie, "When?").fill("2026-11-27")
    asked(amalie, "Amount").fill("380")
    asked(amalie, "How many took part?").fill("6")
    asked(amalie, "Who came?").fill("Four of the city’s IT committee\nBen and Amalie")
    amalie.get_by_role("group", name="Was any guest a public official?").get_by_text("Yes").click()
    asked(amalie, "How many public officials?").fill("4")
    asked(amalie, "Who, and what office do they hold?").fill("The members of the IT committee")
    asked(amalie, "What was the business reason?").fill("To show them the new platform")
    expect(what_next(amalie)).to_contain_text("Compliance decides by")
    reads(amalie, "It lies ahead", "§ 4.1")
    amalie.locator("[data-part=button]").click()
    expect(headline(amalie)).to_contain_text("Compliance decides by")
    address = amalie.url

    ilse = comes_in("Ilse", phone=True)
    from_the_queue(ilse, "Dinner after the council’s visit")
    reads(ilse, "needs compliance’s approval before it is given")
    ilse.get_by_role("link", name="Other decisions").click()
    granting = open_door(ilse, "Approve with conditions")
    granting.get_by_label("What must happen?").fill("No wine above DKK 150 a bottle.")
    granting.get_by_label("By when?").first.fill("2026-11-27")
    granting.get_by_role("button", name="Approve with these conditions").click()
    reads(ilse, "Approved with conditions.")

    amalie.goto(address)
    expect(headline(amalie)).to_contain_text("One thing is left, by 27 November.")
    reads(amalie, "Approved before", "Ilse approved it for compliance, with conditions.", "No wine above DKK 150 a bottle.")

    ben = comes_in("Ben")
    answer = ben.goto(address)
    assert answer is not None
    assert answer.status == 404, "the manager had no part in it"


def test_small_gifts_from_one_giver_under_two_names_add_up_and_go_to_compliance(story: Story, comes_in: Door) -> None:
    story.person("Paul", company="NL-DE", manager="Gerda")
    story.firm("Kestrel Logistics GmbH", country="DE")
    story.firm("KESTREL Spedition AG", group="Kestrel Logistics GmbH", country="DE")
    paul = comes_in("Paul")
    names = ("Kestrel Logistics GmbH", "KESTREL Spedition AG")
    for month, what in ((7, "A model ship"), (8, "A case of Riesling"), (9, "A hamper"), (10, "A calendar")):
        write_gift(paul, giver=names[month % 2], what=what, worth="65", on=f"2026-{month:02}-12")
        if month < 10:
            asked(paul, "Anything Gerda should know?").fill("I forgot to declare it in time.")
        else:
            asked(paul, "Anything Gerda should know?").fill("I was away.")
        paul.locator("[data-part=button]").click()
        expect(headline(paul)).to_contain_text("It is recorded")

    write_gift(paul, giver="KESTREL Spedition AG", what="Glasses to go with it all", worth="65")
    expect(what_next(paul)).to_contain_text("Compliance decides by")
    figures = "EUR 260 in twelve months and 65 now make 325; the limit is 300."
    reads(paul, figures)
    paul.locator("[data-part=button]").click()
    expect(headline(paul)).to_contain_text("Compliance decides by")

    otto = comes_in("Otto")
    from_the_queue(otto, "Glasses to go with it all")
    reads(otto, figures, "Counted as well:", "A model ship", "A case of Riesling")
    assert faults(otto) == []


def test_a_question_is_asked_and_answered_before_it_is_approved(comes_in: Door) -> None:
    amalie = comes_in("Amalie", phone=True)
    address = declare_gift(amalie, worth="900")
    ben = comes_in("Ben")
    from_the_queue(ben, "A wine hamper")
    asking = open_door(ben, "Send back for more information")
    asking.get_by_role("button", name="Ask Amalie").click()
    reads(ben, "Please write a sentence here.")
    asking = ben.locator("details[open]", has_text="Send back for more information")
    asking.get_by_label("What do you need to know?").fill("Did the whole team get some of it?")
    asking.get_by_role("button", name="Ask Amalie").click()
    reads(ben, "Sent back with your question.")

    amalie.goto("/")
    reads(amalie, "Sent back to you")
    amalie.goto(address)
    reads(amalie, "Ben asked for more information.", "Did the whole team get some of it?")
    amalie.get_by_label("Your answer").fill("Yes, we were five.")
    amalie.get_by_role("button", name="Send the answer").click()
    reads(amalie, "Your answer is on its way.")
    expect(headline(amalie)).to_contain_text("Ben decides by")

    from_the_queue(ben, "A wine hamper")
    reads(ben, "Yes, we were five.")
    ben.locator("#approve").get_by_role("button", name="Approve").click()
    amalie.goto(address)
    reads(amalie, "You declared it.", "You answered.", "Yes, we were five.", "Ben approved it.")


def test_a_correction_is_decided_anew(comes_in: Door) -> None:
    amalie = comes_in("Amalie")
    declare_gift(amalie, worth="900")
    expect(amalie.get_by_text("Withdraw it")).to_have_count(0)  # what was kept is corrected, not withdrawn
    correcting = open_door(amalie, "Correct it, or add a file")
    correcting.get_by_role("button", name="Correct it").click()
    asked(amalie, "Amount").fill("300")
    expect(what_next(amalie)).to_have_text("It is recorded, and that is all.")
    amalie.locator("[data-part=button]").click()
    reads(amalie, "The correction is sent.", "You corrected it.")
    expect(headline(amalie)).to_contain_text("It is recorded")


def test_what_was_withdrawn_waits_for_nobody(story: Story, comes_in: Door) -> None:
    trip = story.declare(
        "Amalie", Kind.TRAVEL, firm="Acme Nordic ApS", worth="3200", title="A user conference", occurred_on=date(2026, 12, 4)
    )
    amalie = comes_in("Amalie", phone=True)
    amalie.goto(f"/declarations/{trip}")
    open_door(amalie, "Withdraw it").get_by_role("button", name="Withdraw").click()
    reads(amalie, "It is withdrawn.")
    ben = comes_in("Ben")
    ben.goto("/queue")
    reads(ben, "Nothing waits for your decision.")


def test_what_is_refused_says_why_and_what_to_do(comes_in: Door) -> None:
    amalie = comes_in("Amalie")
    address = declare_gift(amalie, worth="900")
    ben = comes_in("Ben", phone=True)
    from_the_queue(ben, "A wine hamper")
    refusing = open_door(ben, "Refuse")
    refusing.get_by_label("Why?").fill("We are renewing their contract.")
    refusing.get_by_label("What should be done?").select_option(label="Return it")
    refusing.get_by_role("button", name="Refuse").click()
    reads(ben, "Refused.")
    amalie.goto(address)
    expect(headline(amalie)).to_contain_text("It was refused. Return it.")
    reads(amalie, "Ben refused it.", "What to do: Return it.", "We are renewing their contract.")


def test_a_page_that_is_no_longer_true_shows_the_difference_and_keeps_what_was_typed(comes_in: Door) -> None:
    amalie = comes_in("Amalie")
    declare_gift(amalie, worth="900")
    ben = comes_in("Ben")
    from_the_queue(ben, "A wine hamper")
    refusing = open_door(ben, "Refuse")
    refusing.get_by_label("Why?").fill("It is too much for one person.")

    correcting = open_door(amalie, "Correct it, or add a file")
    correcting.get_by_role("button", name="Correct it").click()
    asked(amalie, "Amount").fill("700")
    amalie.locator("[data-part=button]").click()
    reads(amalie, "The correction is sent.")

    with ben.expect_response(re.compile("/refuse$")) as answered:
        refusing.get_by_role("button", name="Refuse").click()
    assert answered.value.status == 409
    expect(headline(ben)).to_contain_text("This has changed meanwhile.")
    reads(ben, "What is different", "DKK 900", "DKK 700", "Amalie corrected it.", "It is too much for one person.")
    assert faults(ben) == []
    ben.get_by_role("button", name="See how it stands now").click()
    expect(open_refusal(ben).get_by_label("Why?")).to_have_value("It is too much for one person.")
    reads(ben, "DKK 700")
    ben.get_by_role("button", name="Refuse", exact=True).click()
    reads(ben, "Refused.")


def open_refusal(page: Page):  # type: ignore[no-untyped-def]
    """The refusal, which stands open with what was typed."""
    return page.locator("details[open]", has=page.locator("summary", has_text="Refuse"))


def test_two_quick_clicks_make_one_decision(story: Story, comes_in: Door) -> None:
    amalie = comes_in("Amalie")
    address = declare_gift(amalie, worth="900")
    ben = comes_in("Ben")
    from_the_queue(ben, "A wine hamper")
    ben.locator("#approve").get_by_role("button", name="Approve").dblclick()
    reads(ben, "Approved. Nothing else waits for you.")
    assert decisions(story, address) == 1


def test_two_reviewers_of_one_pool_decide_once_and_the_second_is_told(story: Story, comes_in: Door) -> None:
    story.grant("Tomasz", Role.COMPLIANCE_OFFICER, "NL-DK")
    amalie = comes_in("Amalie")
    write_gift(amalie, worth="300", giver="Nobody met yet Ltd")
    asked(amalie, "What are they to us?").select_option(label="A public body or official")
    asked(amalie, "Which office or official gave it?").fill("The harbour office")
    amalie.locator("[data-part=button]").click()
    expect(headline(amalie)).to_contain_text("Compliance decides by")
    address = amalie.url
    ilse, tomasz = comes_in("Ilse"), comes_in("Tomasz")
    for officer in (ilse, tomasz):
        from_the_queue(officer, "A wine hamper")
    ilse.locator("#approve").get_by_role("button", name="Approve").click()
    reads(ilse, "Approved.")
    tomasz.locator("#approve").get_by_role("button", name="Approve").click()
    expect(headline(tomasz)).to_contain_text("This has changed meanwhile.")
    reads(tomasz, "Ilse approved it for compliance.")
    assert decisions(story, address) == 1
