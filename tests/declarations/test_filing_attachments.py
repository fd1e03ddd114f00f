"""A file is what its content says, not its name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask

from declarations.filing import attachments
from declarations.filing.attachments import EMPTY, NOT_THIS_KIND, NOT_WHAT_IT_SAYS, TOO_LARGE, check
from declarations.filing.office_files import HAS_MACROS, LONGEST_LIST, MOST_PARTS
from workflows.case import Invalid

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de") + b"\x00" * 40
JPG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + b"\x00" * 40
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
MAIL = b"From: ann@acme.example\r\nTo: amalie@nordlys.example\r\nSubject: Dinner\r\n\r\nCome.\r\n"
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def office(*parts: str, types: str | bytes = "<Types/>") -> bytes:
    """A zip with these parts beside the list of content types."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        for part in parts:
            archive.writestr(part, "<x/>")
    return content.getvalue()


def typed(what: str) -> str:
    return f'<Types><Override PartName="/word/x.bin" ContentType="application/{what}"/></Types>'


DOCX, XLSX = office("word/document.xml"), office("xl/workbook.xml")


@pytest.fixture(autouse=True)
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def backend() -> str:
    """What a file holds does not depend on the database."""
    return "sqlite"


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        check(name, content)
    return refused.value.sentence


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.PNG", PNG, "image/png"),
        ("a.jpg", JPG, "image/jpeg"),
        ("a.jpeg", JPG, "image/jpeg"),
        ("a.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.eml", MAIL, "message/rfc822"),
        ("a.ics", CALENDAR, "text/calendar"),
    ],
)
def test_seven_kinds_of_file_are_taken(name: str, content: bytes, media_type: str) -> None:
    assert check(name, content).media_type == media_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PNG),
        ("a.pdf", b"%PDF-1.7\n cut off"),
        ("a.png", JPG),
        ("a.png", b"<svg onload=alert(1)>"),
        ("a.jpg", PNG),
        ("a.docx", XLSX),
        ("a.xlsx", DOCX),
        ("a.docx", office("other.xml")),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.docx", PDF),
        ("a.eml", b"hello, no headers here"),
        ("a.eml", b"From: a@b\r\nTo: c\x00\r\n\r\n"),
        ("a.eml", b"<html><script>alert(1)</script></html>"),
        ("a.ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"),
        ("a.ics", b"\xff\xfe\x00"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(name: str, content: bytes) -> None:
    assert refusal(name, content) == NOT_WHAT_IT_SAYS


@pytest.mark.parametrize("name", ["a.exe", "a.html", "a.svg", "a.zip", "a.docm", "pdf", "", "a.pdf.js"])
def test_no_other_kind_is_taken(name: str) -> None:
    assert refusal(name, PDF) == NOT_THIS_KIND


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", office("word/document.xml", "word/vbaProject.bin")),
        ("a.xlsx", office("xl/workbook.xml", "xl/macrosheets/sheet1.xml")),
        ("a.docx", office("word/document.xml", types=typed("vnd.ms-office.vbaProject"))),
        ("a.docx", office("word/document.xml", types=typed("vnd.ms-word.document.macroEnabled.main+xml"))),
        ("a.docx", office("word/document.xml", types=typed("vnd.ms-office.vba&#80;roject"))),
        ("a.docx", office("word/document.xml", types=typed("vnd.ms-office.vbaProject").encode("utf-16"))),
    ],
)
def test_macros_are_refused_whatever_their_part_is_called(name: str, content: bytes) -> None:
    assert refusal(name, content) == HAS_MACROS


@pytest.mark.parametrize(
    "content",
    [
        office("word/document.xml", types="<Types/>" + " " * LONGEST_LIST),
        office("word/document.xml", types='<!DOCTYPE x [<!ENTITY p "Project">]><Types>vba&p;</Types>'),
        office("word/document.xml", *(f"word/{part}" for part in range(MOST_PARTS - 1))),
        office("word/document.xml", types="<Types>" + "x" * 999)[:60] + office("word/document.xml")[60:],
    ],
    ids=["unpacks to too much", "says it through an entity", "too many parts", "a damaged part"],
)
def test_a_document_no_programme_writes_is_refused(content: bytes) -> None:
    assert refusal("a.docx", content) == NOT_WHAT_IT_SAYS


def test_a_document_may_have_thousands_of_parts() -> None:
    assert check("a.docx", office("word/document.xml", *(f"word/{part}" for part in range(MOST_PARTS - 2))))


@pytest.mark.parametrize("line", [b"Content-Type: " + b"(" * 3000, b"Content-Type: text/plain; x=" + b"=?utf-8?q?a?= " * 20_000])
def test_a_mails_first_lines_are_named_and_not_understood(line: bytes) -> None:
    """Understanding the second takes the standard library half a minute, and the first more depth than there is."""
    assert check("a.eml", MAIL.replace(b"Subject: Dinner", line))


def test_an_empty_file_is_refused() -> None:
    assert refusal("a.pdf", b"") == EMPTY


def test_ten_megabytes_are_taken_and_one_byte_more_is_not(app: Flask) -> None:
    most = app.config["SETTINGS"].max_upload_bytes
    tail = b"\n%%EOF\n"
    assert check("a.pdf", b"%PDF-1.7\n".ljust(most - len(tail), b" ") + tail).filename == "a.pdf"
    assert refusal("a.pdf", b"%PDF-1.7\n".ljust(most - len(tail) + 1, b" ") + tail) == TOO_LARGE


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\me\\bill.pdf", "bill.pdf"),
        ("../../etc/bill.pdf", "bill.pdf"),
        ("bi\r\nll\u202e.pdf", "bill.pdf"),
        ("招待状.pdf", "招待状.pdf"),
        ("x" * 300 + ".pdf", "x" * 140 + ".pdf"),
    ],
)
def test_a_files_name_is_made_fit_to_show(given: str, kept: str) -> None:
    assert check(given, PDF).filename == kept


def test_bytes_lie_under_a_random_name_for_us_alone(app: Flask) -> None:
    stored = attachments.store(PDF)
    path = attachments.path_of(stored)
    assert path.read_bytes() == PDF
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert path.parent == app.config["SETTINGS"].data_dir / "attachments"
    attachments.remove([stored, stored])
    assert list(path.parent.iterdir()) == []


def test_only_our_own_names_are_opened() -> None:
    with pytest.raises(ValueError, match="no stored file"):
        attachments.path_of("../aboveboard.db")
