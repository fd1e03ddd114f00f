"""What no database can hold, typed into an address or a form, finds nothing and keeps nothing, on both databases alike."""

from __future__ import annotations

import pytest
from flask import Flask

from declarations.jobs.worker import Worker
from declarations.policy_drafts.shape import amount_shown
from tests.support.story import Story

FAR = "9" * 30


@pytest.fixture
def story(app: Flask) -> Story:
    return Story(app).house()


def test_what_cannot_be_held_is_never_an_error_of_ours(story: Story) -> None:
    looked = {
        "Ben": [
            "/declarations/a%00b",
            f"/declarations?after=1-{FAR}",
            f"/queue?after=2026-11-20.{FAR}",
            f"/queue?show=decided&after={FAR}",
            "/colleagues/lookup?q=ab%00",
            "/counterparties/lookup?q=ab%00",
        ],
        "Otto": [
            "/compliance/declarations?text=ab%00",
            f"/compliance/declarations?after=2026-11-20T09:00:00%2B00:00.{FAR}",
            "/counterparties?text=ab%00",
            "/people/a%00b",
        ],
        "Adam": ["/directory?text=ab%00", "/directory/people/a%00b"],
    }
    for name, paths in looked.items():
        client = story.client(name)
        for path in paths:
            assert client.get(path).status_code in (200, 404), path


def test_a_form_that_cannot_be_held_is_refused_and_changes_nothing(story: Story) -> None:
    days = {"first_on": "2026-11-20", "last_on": "2026-11-21"}
    ben = story.client("Ben")
    sent = {
        ben.post("/substitute", data={"who": "d\x00ee"} | days).status_code,
        ben.post("/substitute/end", data={"delegation": FAR}).status_code,
        ben.post(f"/me/sessions/{FAR}/end").status_code,
        story.app.test_client().post("/sign-in", data={"email": "a\x00@b.example", "password": "x\x00"}).status_code,
    }
    assert sent <= {400, 404, 422}


@pytest.mark.parametrize("number", ["4711", str(2**63 - 1), str(2**63), FAR, "9" * 1000])
def test_a_number_too_great_to_be_anybody_s_is_like_any_unknown_one(number: str, story: Story) -> None:
    ben, aud, adam = story.client("Ben"), story.client("Aud"), story.client("Adam")
    for answer in (
        ben.post("/substitute/end", data={"delegation": number}),
        ben.post("/substitute/end", data={"delegation": f"-{number}"}),
        ben.post(f"/me/sessions/{number}/end"),
        aud.post(f"/registers/schedules/{number}/stop"),
        adam.post(f"/directory/roles/{number}/revoke"),
    ):
        assert answer.status_code == 404
        assert "There is nothing here." in answer.text


def test_a_name_in_an_address_that_no_database_holds_is_like_any_unknown_one(story: Story) -> None:
    aud = story.client("Aud")
    for path in ("/registers/{}", "/registers/{}/samples", "/registers/{}/samples/{}"):
        assert aud.get(path.format("a%00b", "a%00b")).status_code == 404
    for path in ("/registers/{}/download", "/registers/{}/bundle", "/registers/{}/samples/{}/work-paper"):
        assert aud.post(path.format("a%00b", "a%00b")).status_code == 404


@pytest.mark.parametrize("number", ["0", "1001", FAR, f"-{FAR}", "9" * 1000])
def test_a_number_out_of_range_is_told_in_the_field_s_own_sentence(number: str, story: Story) -> None:
    aud, company = story.client("Aud"), str(story.ids["company NL"])
    days = {"period": "days", "first_on": "2026-11-01", "last_on": "2026-11-30"}
    register = aud.post("/registers", data={"company": company, "language": "en"} | days).location
    with story.app.app_context():
        Worker().tick()
    sample = aud.post(f"{register}/samples", data={"method": "random", "size": number, "seed": "1"})
    plan = {"company": company, "rhythm": "monthly", "working_day": number, "language": "en"}
    schedule = aud.post("/registers/schedules", data=plan)
    for answer, sentence in ((sample, "Write a number from 1 to 1,000."), (schedule, "Write a number from 1 to 20.")):
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "valid integer" not in answer.text
        assert f'value="{number}"' in answer.text, "what was typed stays"


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_register_of_days_that_nobody_means_is_told_beside_the_field(day: str, story: Story) -> None:
    form = {"company": str(story.ids["company NL"]), "language": "en", "period": "days", "first_on": day, "last_on": day}
    answer = story.client("Aud").post("/registers", data=form)
    assert answer.status_code == 422
    assert "Please check the year." in answer.text


@pytest.mark.parametrize("months", [3, 12])
@pytest.mark.parametrize("day", ["0001-01-01", "0001-04-01", "1899-12-31", "2200-01-01", "9999-12-31", "nonsense"])
def test_quality_figures_from_a_day_that_nobody_means_are_those_of_the_last_quarter(day: str, months: int, story: Story) -> None:
    aud = story.client("Aud")
    for path in ("/quality", "/quality/filed"):
        answer = aud.get(f"{path}?from={day}&months={months}")
        assert answer.status_code == 200
        assert "3rd quarter 2026" in answer.text


@pytest.mark.parametrize("months", [3, 12])
@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31"])
def test_quality_figures_are_there_for_every_day_that_somebody_could_mean(day: str, months: int, story: Story) -> None:
    assert f"{day[:4]}" in story.client("Aud").get(f"/quality?from={day}&months={months}").text


def test_an_amount_of_endless_digits_is_refused_in_the_form(story: Story) -> None:
    typed = {"direction": "received", "value": "9" * 400, "value_currency": "DKK", "do": "file"}
    assert story.client("Amalie").post("/declare/gift", data=typed).status_code == 422


def test_a_directory_search_without_a_letter_is_a_page_like_any_other(story: Story) -> None:
    assert story.client("Adam").get("/directory?q=%E2%80%8B").status_code == 200


def test_what_would_fill_the_page_is_shown_as_it_is_written() -> None:
    shown = [amount_shown(text, "da") for text in ("67.50", "1e-99999999", "1e99999999", "NaN", "word")]
    assert shown == ["67,50", "1e-99999999", "1e99999999", "NaN", "word"]
