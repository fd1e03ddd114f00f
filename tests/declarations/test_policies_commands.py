"""Policies are published once and followed by newer ones; exchange rates are brought in once and never changed."""

import hashlib
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Event, ExchangeRate, PolicyDocument, PolicyDraft
from declarations.policies import commands, rates
from tests.support.story import PACK, Story
from workflows.policy.document import PolicyError
from workflows.words import Role

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
    assert (code, said) == (0, "denmark, in force from 1 July 2024: published.\n")
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
    assert "would become looser" in said
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


MINUTES = b"%PDF-1.4\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def at_work(story: Story) -> Story:
    """Something has been declared, so the days of setting up are over; Ilse and Otto are compliance."""
    story.person("Ilse", company="NL-DK")
    story.person("Otto", company="NL")
    story.grant("Ilse", Role.COMPLIANCE_OFFICER, "NL-DK")
    story.grant("Otto", Role.COMPLIANCE_OFFICER, "NL")
    run(story, "policy", "publish", str(DENMARK), "--by", "adam@nordlys.example")
    story.rates()
    story.firm("Acme")
    story.declare("Adam", firm="Acme", worth="100")
    return story


def next_version(folder: Path, **more: str) -> Path:
    text = DENMARK.read_text(encoding="utf-8").replace('DKK = "450"', 'DKK = "400"')
    text = text.replace("2024-07-01", more.get("from_on", "2027-01-01")).replace("2024-06-12", more.get("approved", "2026-11-19"))
    (folder / "next.toml").write_text(text, encoding="utf-8")
    (folder / "minutes.pdf").write_bytes(MINUTES)
    return folder / "next.toml"


def published(story: Story, file: Path, *, by: str = "ilse", second: str = "otto") -> tuple[int, str]:
    signed = ("--second", f"{second}@nordlys.example", "--resolution", "2026-31", "--resolved-on", "2026-11-19")
    minutes = ("--minutes", str(file.parent / "minutes.pdf"))
    return run(story, "policy", "publish", str(file), "--by", f"{by}@nordlys.example", *signed, *minutes)


def test_the_first_documents_say_in_the_record_that_they_are_the_first(story: Story) -> None:
    run(story, "policy", "publish", str(DENMARK), "--by", "adam@nordlys.example")
    with story.app.app_context():
        event = db.session.scalars(select(Event).where(Event.stream == "policy/denmark")).one()
        assert json.loads(event.body)["public"]["how"] == "first documents of the installation"


def test_once_something_was_declared_a_policy_needs_two_officers_and_a_resolution(at_work: Story, tmp_path: Path) -> None:
    file = next_version(tmp_path)
    code, said = run(at_work, "policy", "publish", str(file), "--by", "ilse@nordlys.example")
    assert code == 1
    assert "needs a second officer and a resolution of the board" in said
    assert run(at_work, "policy", "publish", str(file), "--by", "ilse@nordlys.example", "--resolution", "1")[0] == 1
    assert published(at_work, file) == (0, "denmark, in force from 1 January 2027: published.\n")
    assert "nothing changed" in published(at_work, file)[1]
    with at_work.app.app_context():
        events = db.session.scalars(select(Event).where(Event.stream == "policy/denmark").order_by(Event.sequence)).all()
        assert [event.action for event in events[1:]] == [
            f"policy:{step}" for step in ("started", "submitted", "signed", "resolved", "published")
        ]
        public = json.loads(events[-1].body)["public"]
        assert (public["how"], public["resolution"], public["second"]) == ("signed", "2026-31", at_work.ids["Otto"])
        assert public["sha256"] == hashlib.sha256(MINUTES).hexdigest()


@pytest.mark.parametrize(
    ("hands", "days", "sentence"),
    [
        ({"second": "ilse"}, {}, "You had a hand in this draft"),
        ({"by": "adam"}, {}, "Only a compliance officer of"),
        ({"second": "adam"}, {}, "You had a hand in this draft"),
        ({"second": "nobody"}, {}, "nobody with the e-mail address"),
        ({}, {"from_on": "2026-11-19"}, "is past"),
        ({}, {"approved": "2026-11-18"}, "the board resolved on 2026-11-19"),
    ],
)
def test_a_policy_that_is_not_signed_twice_or_begins_in_the_past_is_not_published(
    at_work: Story, tmp_path: Path, hands: dict[str, str], days: dict[str, str], sentence: str
) -> None:
    code, said = published(at_work, next_version(tmp_path, **days), **hands)
    assert code == 1
    assert sentence in said
    with at_work.app.app_context():
        assert len(db.session.scalars(select(PolicyDocument).where(PolicyDocument.key == "denmark")).all()) == 1
        assert not db.session.scalars(select(PolicyDraft)).all()
    folder = at_work.app.config["SETTINGS"].data_dir / "attachments"
    assert not list(folder.glob("*"))


def test_a_published_text_comes_out_to_the_byte(story: Story, tmp_path: Path) -> None:
    run(story, "policy", "publish", str(DENMARK), "--by", "adam@nordlys.example")
    target = tmp_path / "out.toml"
    assert run(story, "policy", "export", "denmark", "--on", "2026-11-20", "--output", str(target))[0] == 0
    assert target.read_bytes() == DENMARK.read_bytes()
    assert run(story, "policy", "export", "denmark", "--on", "2026-11-20")[1] == DENMARK.read_text(encoding="utf-8")
    assert run(story, "policy", "export", "denmark", "--on", "2024-06-30")[0] == 1


def test_a_difference_is_said_in_words(story: Story, tmp_path: Path) -> None:
    run(story, "policy", "publish", str(DENMARK), "--by", "adam@nordlys.example")
    code, said = run(story, "policy", "diff", str(next_version(tmp_path)))
    assert code == 0
    assert "DK 1 Meals above the Danish limit: now DKK 400, it was DKK 450." in said.replace("\xa0", " ")
    assert "Nothing differs." in run(story, "policy", "diff", str(DENMARK), str(DENMARK))[1]


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


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED if len(content) < 100 else zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("history.csv", content)
    return file.getvalue()


def test_a_file_that_is_not_the_banks_says_where(story: Story, tmp_path: Path) -> None:
    for content, sentence in (
        (b"Day,USD\n2026-10-30,1\n", "does not begin with"),
        (b"Date,USD\n2026-10-30,-1\n", "line 2: a day and positive numbers"),
        (b"Date,USD\n30.10.2026,1\n", "line 2: a day and positive numbers"),
        (b"\xff\xfe", "or it is damaged"),
        (zipped(b"Date,USD\n").replace(b"Date", b"Dame"), "or it is damaged"),
        (zipped(b" " * (rates.LARGEST + 1)), "unpacks to more"),
    ):
        wrong = tmp_path / "wrong.csv"
        wrong.write_bytes(content)
        code, said = run(story, "rates", "import", str(wrong))
        assert code == 1
        assert sentence in said


def test_the_shipped_history_reads_and_goes_back_to_the_euros_beginning() -> None:
    days = dict(rates.read(rates.shipped_file()))
    assert min(days) == date(1999, 1, 4)
    danish = {quote.currency: quote.per_euro for quote in days[date(2026, 10, 30)]}
    assert danish["DKK"] == "7.4735"
    assert "SIT" not in danish
