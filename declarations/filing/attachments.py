"""A file is what its content says, not its name; its bytes lie outside the web root under a random name, readable to us alone."""

import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path

import puremagic
from flask import current_app

from declarations.filing.office_files import office
from workflows.case import Invalid
from workflows.words import N_

NOT_THIS_KIND = N_("This file cannot be added. Use pdf, png, jpg, docx, xlsx, eml or ics.")
NOT_WHAT_IT_SAYS = N_("This file is not what its name says, so it was not added. Save it again in its own programme.")
EMPTY = N_("This file is empty, so it was not added.")
TOO_LARGE = N_("This file is too large, so it was not added.")

_LONGEST_HEAD = 128 * 1024  # bytes; what is sent to a thousand people has less
_SHEET = "application/vnd.openxmlformats-officedocument"
_MEDIA = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": f"{_SHEET}.wordprocessingml.document",
    "xlsx": f"{_SHEET}.spreadsheetml.sheet",
    "eml": "message/rfc822",
    "ics": "text/calendar",
}


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its tidied name, its type and its SHA-256 in hexadecimal."""

    filename: str
    media_type: str
    sha256: str


def check(filename: str, content: bytes) -> Checked:
    """The file, if name and content agree on one of our types. Raises Invalid with a sentence to show."""
    name = tidy(filename)
    ending = name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    if ending not in _MEDIA or "." not in name:
        raise Invalid("file_type", NOT_THIS_KIND)
    if not content:
        raise Invalid("file_empty", EMPTY)
    if len(content) > current_app.config["SETTINGS"].max_upload_bytes:
        raise Invalid("file_size", TOO_LARGE)
    if not _IS[ending](content):
        raise Invalid("file_content", NOT_WHAT_IT_SAYS)
    return Checked(name, _MEDIA[ending], hashlib.sha256(content).hexdigest())


def tidy(filename: str) -> str:
    """A name fit to be shown and saved: no folders, no control or direction-changing characters, at most 150 letters."""
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C" and letter not in '<>:"|?*')
    stem, dot, ending = name.strip(" .").rpartition(".")
    return f"{stem[:140]}{dot}{ending[:9]}" if dot else ending[:150]


def folder() -> Path:
    """Where the bytes lie, made at first use for us alone."""
    path: Path = current_app.config["SETTINGS"].data_dir / "attachments"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def store(content: bytes) -> str:
    """Write the bytes safely and return the random name they lie under."""
    name = secrets.token_hex(24)
    where, partial = folder() / name, folder() / f"{name}.part"
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(where)
    return name


def path_of(stored_as: str) -> Path:
    """Where the bytes of a stored file lie."""
    if not re.fullmatch(r"[0-9a-f]{48}", stored_as):
        raise ValueError("That is no stored file's name.")
    return folder() / stored_as


def remove(stored: Iterable[str]) -> None:
    """Delete the bytes; what is gone already is no error."""
    for stored_as in stored:
        path_of(stored_as).unlink(missing_ok=True)


def _magic(*endings: str) -> Callable[[bytes], bool]:
    def recognised(content: bytes) -> bool:
        try:
            found = puremagic.magic_string(content[:4096])
        except (puremagic.PureError, ValueError):
            return False
        return any(match.extension.lower() in endings for match in found)

    return recognised


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]


def _is_mail(content: bytes) -> bool:
    """Looks at the first lines alone, and at their names only: what they say takes a mail program hours if it was made to."""
    if b"\x00" in content[:4096]:
        return False
    head = re.split(rb"\r?\n\r?\n", content[:_LONGEST_HEAD], maxsplit=1)[0]
    mail = BytesHeaderParser(policy=policy.compat32).parsebytes(head)
    named = {name.lower() for name in mail.keys()}  # noqa: SIM118 - a message is no mapping
    return "from" in named and bool(named & {"date", "to", "subject", "received", "message-id"}) and not mail.defects


def _is_calendar(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return False
    return text.upper().startswith("BEGIN:VCALENDAR") and text.upper().endswith("END:VCALENDAR") and "\x00" not in text


_IS: dict[str, Callable[[bytes], bool]] = {
    "pdf": _is_pdf,
    "png": _magic(".png"),
    "jpg": _magic(".jpg", ".jpeg", ".jfif"),
    "docx": office("word/document.xml"),
    "xlsx": office("xl/workbook.xml"),
    "eml": _is_mail,
    "ics": _is_calendar,
}
