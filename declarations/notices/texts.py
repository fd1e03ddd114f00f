"""What each notice says: a number, a verb and a link, in the reader's language; never a name, an amount or a reason.

A mail can be read by others, forwarded and kept for ever. What it is about is read in the app, by whoever may.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from workflows.words import N_

REMINDER = "reminder"  # never sent by itself; the morning's DIGEST tells of all of them
DIGEST = "digest"
SECRET = "[link]"  # noqa: S105 - stands in the kept text where the mail itself carries a one-time link


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body with named places; `link` is the page it leads to."""

    subject: str
    body: str
    link: str = ""  # a path with places, after BASE_URL


_DECLARATION = "/declarations/%(declaration)s"
_POLICY_DRAFT = "/policy/drafts/%(draft)s"

TEXTS: Mapping[str, Text] = {
    "decision_needed": Text(
        N_("%(number)s needs your decision"), N_("A declaration waits for you. Please read it and decide."), _DECLARATION
    ),
    "recorded_prohibited": Text(
        N_("%(number)s needs your answer"),
        N_("The policy does not allow what was declared. Please read it and say what should happen now."),
        _DECLARATION,
    ),
    "decided": Text(N_("%(number)s has been decided"), N_("What you declared has been decided."), _DECLARATION),
    "sent_back": Text(
        N_("%(number)s: a question for you"),
        N_("Somebody who reviews what you declared asks for more information."),
        _DECLARATION,
    ),
    "answered": Text(
        N_("%(number)s has been answered"), N_("Your question was answered, and it is your turn again."), _DECLARATION
    ),
    "escalated": Text(
        N_("%(number)s has been passed on to you"),
        N_("A declaration was passed on to you. Please read it and decide."),
        _DECLARATION,
    ),
    "reassigned": Text(
        N_("%(number)s has been given to you"), N_("A declaration was given to you. Please read it and decide."), _DECLARATION
    ),
    "withdrawn": Text(
        N_("%(number)s has been withdrawn"),
        N_("A declaration that waited for you was withdrawn. You need not do anything."),
        _DECLARATION,
    ),
    "no_longer_yours": Text(
        N_("%(number)s no longer waits for you"),
        N_("What was declared was corrected, and somebody else decides now, or nobody needs to. You need not do anything."),
        _DECLARATION,
    ),
    "advised": Text(N_("%(number)s: advice for you"), N_("You asked for advice and have it now."), _DECLARATION),
    "ended": Text(N_("%(number)s has ended"), N_("An interest on the register was recorded as ended."), _DECLARATION),
    "prepared_for_you": Text(
        N_("A declaration was prepared for you"),
        N_("Somebody prepared a declaration on your behalf. Please read it; only you can sign and send it."),
        "/drafts/%(draft)s",
    ),
    "substitute_set": Text(
        N_("You stand in for a colleague"),
        N_("From %(first_on)s to %(last_on)s you decide on a colleague’s behalf. What waits for them stands in your queue."),
        "/queue",
    ),
    "substitute_ended": Text(
        N_("You no longer stand in for a colleague"),
        N_("The time from %(first_on)s to %(last_on)s, in which you decided on a colleague’s behalf, was ended."),
        "/queue",
    ),
    "set_password": Text(
        N_("Choose your password for Aboveboard"),
        N_("Please choose a password within three days. The link works once:"),
    ),
    "password_changed": Text(
        N_("Your password was changed"),
        N_(
            "Your password for Aboveboard was changed. If it was not you who did it, tell your administrator at once, who can send you "
            "a link to set another."
        ),
        "/me",
    ),
    "register_built": Text(
        N_("A register is ready"),
        N_("The register of %(company)s from %(first_on)s to %(last_on)s is ready to be read."),
        "/registers/%(register)s",
    ),
    # what an earlier version left unsent; it did not keep which days it was about
    "register_ready": Text(N_("A register is ready"), N_("The register is ready to be read."), "/registers/%(register)s"),
    "register_unread": Text(
        N_("A register has not been read"),
        N_(
            "The register of %(company)s from %(first_on)s to %(last_on)s came by itself, and nobody has downloaded it so far, though "
            "those who get it were reminded. Please read it, or see to it that somebody does."
        ),
        "/registers/%(register)s",
    ),
    "policy_published": Text(
        N_("The policy changes on %(from_on)s"),
        N_("A new version of the policy was published for where you work. It holds from %(from_on)s. Read what changes."),
        "/policy?on=%(day)s#changed",
    ),
    "policy_to_sign": Text(
        N_("A policy waits for your signature"),
        N_("A draft of the policy was submitted. Somebody who did not write it must read it and sign it or send it back."),
        _POLICY_DRAFT,
    ),
    "policy_signed": Text(
        N_("The draft of a policy was signed"),
        N_("The draft that you submitted was signed. Next, the board resolves on it."),
        _POLICY_DRAFT,
    ),
    "policy_sent_back": Text(
        N_("The draft of a policy came back"),
        N_("The draft that you submitted was sent back. Please read why."),
        _POLICY_DRAFT,
    ),
    "checkpoint": Text(
        N_("The record’s checkpoint over %(size)s events"),
        N_(
            "Please keep this mail. It holds a signed checkpoint of the record; with it you can show later whether anything that "
            "lies under it was changed.\n\n%(note)s"
        ),
        "/registers",
    ),
    "record_alarm": Text(
        N_("The record could not be signed"),
        N_(
            "The record holds something that was not written by Aboveboard, or does not continue what was signed before. Please "
            "ask whoever runs the server to read the worker’s messages and to run “flask record verify”."
        ),
        "/",
    ),
    "replay_differs": Text(
        N_("Some filings would be answered differently now"),
        N_(
            "Each night some filings are worked out again from what was kept. Of the last ones %(differing)s came out differently."
        ),
        "/compliance",
    ),
    REMINDER: Text(N_("%(number)s still waits for you"), N_("A declaration still waits for you."), _DECLARATION),
    DIGEST: Text(N_("Still waiting for you: %(count)s"), N_("These still wait for you:"), "/queue"),
}

_LEGAL_FOOT = N_("This mail was written by Aboveboard. Please do not answer it.")


@dataclass(frozen=True, slots=True)
class Written:
    """A notice as it is sent, word for word."""

    subject: str
    body: str


def write(template: str, params: Mapping[str, Any], language: str) -> Written:
    """Subject and body in `language`. Raises KeyError for a template that has no text."""
    text, base = TEXTS[template], current_app.config["SETTINGS"].base_url
    with force_locale(language):
        values = {name: _shown(name, value) for name, value in params.items()} | {"count": len(params.get("items", ()))}
        paragraphs = [_(text.body, **values)]
        if template == DIGEST:
            paragraphs.append("\n".join(f"{_item(item)}: {base}{_PAGES[_kind(item)] % item}" for item in params["items"]))
        elif text.link:
            paragraphs.append(base + text.link % values)
        else:
            paragraphs.append(SECRET)
        return Written(_(text.subject, **values), "\n\n".join((*paragraphs, _(_LEGAL_FOOT))) + "\n")


_PAGES = {"declaration": _DECLARATION, "register": "/registers/%(register)s"}


def _kind(item: Mapping[str, Any]) -> str:
    return "register" if "register" in item else "declaration"


def _item(item: Mapping[str, Any]) -> str:
    """What a line of the morning's mail begins with: a number, or a register's company and days."""
    if _kind(item) == "declaration":
        return str(item["number"])
    return str(_("Register of %(company)s, %(first_on)s to %(last_on)s", **{name: _shown(name, item[name]) for name in item}))


def _shown(name: str, value: Any) -> Any:
    """Days in the reader's format."""
    return format_date(date.fromisoformat(value), _("d MMMM y")) if name.endswith("_on") else value
