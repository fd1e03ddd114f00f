"""The sheet of changes is worked out anew from two bundles, by both verifiers; what only one of them shows is said to be as sealed."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
import rfc8785
from aboveboard_verifier.program import verify
from aboveboard_verifier.report import page
from flask import Flask

from declarations.evidence.keys import Signer
from declarations.registers import building, commands
from declarations.registers.periods import Period
from tests.support.opened_bundle import Opened
from tests.support.story import Story
from tests.support.verifiers import first, second
from tests.verifier.conftest import House, kept
from workflows.words import Action, Disposition, Kind

SHEET = "xl/worksheets/sheet10.xml"
ROWS = re.compile(rb'<row r="(?!1")\d+".*?</row>', re.DOTALL)
Change = Callable[[bytes], bytes]


def sealed_again(house: House, signer: Signer, to: Path, change: Change) -> Path:
    """The newer bundle with another sheet of changes, sealed anew by the house itself."""
    it = Opened(house.newer.read_bytes(), Random(1))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(it.parts["register.xlsx"])) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == SHEET else old.read(name))
    it.parts["register.xlsx"] = out.getvalue()
    it.sealed(signer)
    return it.write(to)


def without_a_line(xml: bytes) -> bytes:
    line = ROWS.findall(xml)[-1]
    return xml.replace(line, b"")


def with_a_line_twice(xml: bytes) -> bytes:
    line = ROWS.findall(xml)[-1]
    number = re.findall(rb'<row r="(\d+)"', xml)[-1]
    again = line.replace(b'<row r="%b"' % number, b'<row r="%d"' % (int(number) + 1))
    return xml.replace(line, line + again)


def with_another_entry(xml: bytes) -> bytes:
    """The place in the record at which a declaration is said to stand now."""
    line = ROWS.findall(xml)[-1]
    before, _, after = line.rpartition(b"<v>")
    return xml.replace(line, before + b"<v>9" + after)


def test_with_the_earlier_bundle_every_line_is_derived(house: House) -> None:
    report = verify(str(house.newer), house.keys, [str(house.earlier)])
    told = page(report, "BUNDLE.zip")
    assert (report.code, report.found) == (0, [])
    assert "[ok] changes" in told
    derived = re.search(r"(\d+) of its lines were derived from both; 0 are of", told)
    assert derived
    assert int(derived[1]) > 5
    assert second(house.newer, house.earlier) == (0, None)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_field_by_field_in_whatever_language(app: Flask, language: str) -> None:
    """One was corrected, one approved, one withdrawn and one is new; and what one of the two bundles does not show is counted."""
    story = Story(app).house()
    story.firm("Osterman & Sons")
    story.firm("Rival Oy")
    corrected, approved = (story.declare("Amalie", firm="Osterman & Sons", worth="900") for _ in range(2))
    withdrawn = story.declare("Amalie", firm="Osterman & Sons", worth="900", disposition=Disposition.DECLINED)
    earlier = register(story, language)
    story.now += timedelta(hours=1)
    story.act("Amalie", Action.CORRECT, corrected, facts=story.facts("Amalie", Kind.GIFT, firm="Rival Oy", worth="731.50"))
    story.act("Ben", Action.APPROVE, approved)
    story.act("Amalie", Action.WITHDRAW, withdrawn, reason="It was declined")
    story.declare("Amalie", firm="Rival Oy", worth="60")
    newer = register(story, language)
    told = page(verify(str(newer), None, [str(earlier)]), "BUNDLE.zip")
    derived = re.search(r"(\d+) of its lines were derived from both; 0 are of", told)
    assert derived
    assert int(derived[1]) > 10
    assert first(newer, earlier) == second(newer, earlier) == (0, None)
    story.now += timedelta(days=31)
    story.act("Amalie", Action.CORRECT, approved, facts=story.facts("Amalie", Kind.GIFT, firm="Rival Oy", worth="950"))
    december = register(story, language, month=12)
    told = page(verify(str(december), None, [str(newer)]), "BUNDLE.zip")
    assert re.search(r"0 of its lines were derived from both; [1-9]\d* are of", told)
    assert first(december, newer) == second(december, newer) == (0, None)


def register(story: Story, language: str, month: int = 11) -> Path:
    """The bundle of a register of that month of 2026, all companies, as it lies."""
    with story.app.app_context():
        public_id = commands.ask(
            viewer=story.viewer("Aud"),
            company_id=story.ids["company NL"],
            period=Period(date(2026, month, 1), date(2026, month, 30)),
            language=language,
        )
        building.build(public_id)
    return kept(story, public_id)


def test_without_it_the_report_says_so_and_a_first_register_lists_none(house: House) -> None:
    told = page(verify(str(house.newer), house.keys, []), "BUNDLE.zip")
    assert "[--] changes" in told
    assert "as it was sealed" in told
    assert json.loads(zipfile.ZipFile(house.earlier).read("manifest.json"))["since"] is None
    assert "[ok] changes" in page(verify(str(house.earlier), house.keys, []), "BUNDLE.zip")


@pytest.mark.parametrize("change", [without_a_line, with_a_line_twice, with_another_entry])
def test_both_find_a_sheet_that_lists_something_else(house: House, signer: Signer, tmp_path: Path, change: Change) -> None:
    forged = sealed_again(house, signer, tmp_path / "forged.zip", change)
    assert first(forged) == second(forged) == (0, None), "alone it is as it was sealed"
    assert first(forged, house.earlier) == second(forged, house.earlier) == (1, "changes")


def test_changes_without_an_extract_before_are_found(house: House, signer: Signer, tmp_path: Path) -> None:
    it = Opened(house.newer.read_bytes(), Random(1))
    it.parts["manifest.json"] = rfc8785.dumps({**json.loads(it.parts["manifest.json"]), "since": None})
    it.sealed(signer)
    forged = it.write(tmp_path / "forged.zip")
    assert first(forged) == second(forged) == (1, "changes")
