"""Policies are published once and followed by newer ones; exchange rates are brought in once and never changed."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Event, ExchangeRate, PolicyDocument
from declarations.policies import commands, rates
from tests.support.story import PACK, Story
from workflows.policy.document import PolicyError

DENMARK = PACK / "denmark.toml"


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app)
    story.company("NL", currency="EUR")
    story.company("NL-DK", under="NL")
    story.person("Adam", company="NL-DK")
    for name in ("group-code-2024.toml", "group-code-2026.toml"):
        with app.app_context():
            commands.publish(text=(PACK / name).read_bytes(), name=name, by_email=None)
    return story


def run(story: Story, *words: str) -> tuple[int, str]:
    done = story.app.test_cli_runner().invoke(args=list(words))
    return done.exit_code, done.output


def test_publishing_keeps_the_text_byte_for_byte_and_writes_an_event(story: Story) -> None:
    code, said = run(story, "policy", "publish", str(DENMARK), "--by", "ADAM@nordlys.example")
    assert (code, said) == (0, "denmark, in force from 2024-07-01: published.\n")
    with story.app.app_context():
        row = db.session.scalars(select(PolicyDocument).where(PolicyDocument.key == "denmark")).one()
        assert row.text == DENMARK.read_bytes()
        assert row.published_by_id == story.ids["Adam"]
        event = db.session.scalars(select(Event).where(Event.stream == "policy/denmark")).one()
        assert (event.action, event.policy_digest) == ("policy:published", row.digest)


def test_publishing_the_same_again_changes_nothing(story: Story) -> None:
    run(story, "policy", "publish", str(DENMARK), "--by", "adam@nordlys.example")
    assert (
        "was published before, nothing changed"
        in run(story, "policy", "publish", str(DENMARK), "--by", "adam@nordlys.example")[1]
    )
    with story.app.app_context():
        assert len(db.session.scalars(select(Event).where(Event.stream == "policy/denmark")).all()) == 1


def test_a_published_version_is_never_edited_and_only_followed_by_a_later_one(story: Story, tmp_path: Path) -> None:
    run(story, "policy", "publish", str(DENMARK), "--by", "adam@nordlys.example")
    for day, stands in (("2024-07-01", False), ("2024-06-30", False), ("2024-07-02", True)):
        changed = tmp_path / "changed.toml"
        text = DENMARK.read_text(encoding="utf-8").replace("2024-07-01", day).replace('DKK = "450"', 'DKK = "440"')
        changed.write_text(text, encoding="utf-8")
        code, said = run(story, "policy", "publish", str(changed), "--by", "adam@nordlys.example")
        assert (code == 0) is stands, said
        assert stands or "never edited" in said


def test_who_publishes_and_for_whom_must_be_known(story: Story, tmp_path: Path) -> None:
    assert "nobody with the e-mail address" in run(story, "policy", "publish", str(DENMARK), "--by", "no@nordlys.example")[1]
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text(DENMARK.read_text(encoding="utf-8").replace('"NL-DK"', '"NL-XX"'), encoding="utf-8")
    with story.app.app_context(), pytest.raises(PolicyError, match="no company with the key"):
        commands.publish(text=elsewhere.read_bytes(), name="elsewhere.toml", by_email=None)


def test_a_check_says_whether_a_document_stands_and_keeps_nothing(story: Story, tmp_path: Path) -> None:
    code, said = run(story, "policy", "check", str(DENMARK))
    assert code == 0
    assert "denmark.toml stands:" in said
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(DENMARK.read_text(encoding="utf-8").replace('DKK = "450"', 'DKK = "4500"'), encoding="utf-8")
    code, said = run(story, "policy", "check", str(wrong))
    assert code == 1
    assert "may only be tightened" in said
    with story.app.app_context():
        assert not db.session.scalars(select(PolicyDocument).where(PolicyDocument.key == "denmark")).all()


def test_what_is_in_force_is_shown_by_company_and_day(story: Story) -> None:
    run(story, "policy", "publish", str(DENMARK), "--by", "adam@nordlys.example")
    now, before = (run(story, "policy", "show", "--company", "NL-DK", "--on", day)[1] for day in ("2026-11-20", "2024-02-01"))
    assert "DK 1  Meals above the Danish limit  [denmark/dk-meal-manager, in place of meal-manager]" in now
    assert "DKK 500" in now
    assert "denmark" not in before
    assert "DKK 375" in before
    assert "No policy is in force" in run(story, "policy", "show", "--company", "NL-DK", "--on", "2020-01-01")[1]
    assert run(story, "policy", "show", "--company", "NL-XX")[0] == 1


BANK = "Date,USD,DKK,SIT,\n2026-10-30,1.1172,7.4735,N/A,\n2026-10-29,1.113,7.4736,N/A,\n"


def test_rates_are_brought_in_once_and_those_there_already_stay(story: Story, tmp_path: Path) -> None:
    first = tmp_path / "hist.csv"
    first.write_text(BANK, encoding="utf-8")
    assert run(story, "rates", "import", str(first)) == (0, "4 new rates.\n")
    assert run(story, "rates", "import", str(first)) == (0, "No new rates.\n")
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(newer, "w") as archive:
        text = BANK.replace("7.4735", "9.9999").replace("Date,USD,DKK,SIT,\n", "Date,USD,DKK,SIT,\n2026-11-02,1.12,7.4734,N/A,\n")
        archive.writestr("eurofxref-hist.csv", text)
    assert run(story, "rates", "import", str(newer)) == (0, "2 new rates.\n")
    with story.app.app_context():
        kept = db.session.scalar(
            select(ExchangeRate.per_euro).where(ExchangeRate.currency == "DKK", ExchangeRate.day == date(2026, 10, 30))
        )
        assert kept == "7.4735"  # filings were reckoned with it


def test_a_file_that_is_not_the_banks_says_where(story: Story, tmp_path: Path) -> None:
    for text, sentence in (
        ("Day,USD\n2026-10-30,1\n", "does not begin with"),
        ("Date,USD\n2026-10-30,-1\n", "line 2: a day and positive numbers"),
        ("Date,USD\n30.10.2026,1\n", "line 2: a day and positive numbers"),
    ):
        wrong = tmp_path / "wrong.csv"
        wrong.write_text(text, encoding="utf-8")
        code, said = run(story, "rates", "import", str(wrong))
        assert code == 1
        assert sentence in said


def test_the_shipped_history_reads_and_goes_back_to_the_euros_beginning() -> None:
    days = dict(rates.read(rates.shipped_file()))
    assert min(days) == date(1999, 1, 4)
    danish = {quote.currency: quote.per_euro for quote in days[date(2026, 10, 30)]}
    assert danish["DKK"] == "7.4735"
    assert "SIT" not in danish
