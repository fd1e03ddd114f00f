"""What each step of a draft asks, does and records, inside the transaction of whoever takes it; nothing here commits."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.evidence.record import Entry, append
from declarations.models import NoticeRow, PolicyDraft, PolicyRehearsal, public_id
from declarations.policies.proof import places
from declarations.policies.publishing import (
    Published,
    Signed,
    newest_of,
    publish_in,
    published_documents,
    stream,
    today_of,
    versions_of,
)
from declarations.policy_drafts import rights, states, text
from declarations.policy_drafts.soundness import Checked, checked, too_early
from declarations.rehearsing import turn
from workflows.case import Forbidden, Invalid, Stale
from workflows.policy.document import Document, PolicyError, load
from workflows.policy.windows import months_before
from workflows.words import N_, Role

MEANWHILE = N_("Somebody changed this draft meanwhile. Please read it again.")
OVER = N_("That cannot be done with this draft any more. Please read where it stands.")
UNSOUND = N_("The draft cannot stand as it is. What is wrong with it is listed above.")
PAST = N_("The day on which it takes effect is past. Choose a day to come.")
NOT_LATER = N_("There is a version that takes effect on that day or later. Choose a day after it.")
NOTHING_NEW = N_("Nothing differs from the version before, so there is nothing to submit.")
NOBODY_SIGNS = N_(
    "Nobody else can sign it: it needs a second compliance officer who had no hand in it and reports to nobody who had. "
    "An administrator can give somebody the role."
)
NOT_RESOLVED_YET = N_("A resolution cannot be from a day to come.")
UNREADABLE = N_("The draft cannot be rehearsed until it reads.")
ANOTHER_KEY = N_("The draft belongs to another document or company now. Its key and company stay as they were.")


@dataclass(frozen=True)
class Resolution:
    """What the board resolved: the number or name of the resolution, its day, and the document it stands in, stored already."""

    number: str
    resolved_on: date
    filename: str
    media_type: str
    size: int
    sha256: str
    stored_as: str


def record(
    session: Session,
    draft: PolicyDraft,
    action: str,
    by_id: int,
    *,
    before: str | None = None,
    public: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """One event in the stream of the draft's document, of the moment `at` where a row carries it, else of now."""
    append(
        session,
        Entry(
            stream=stream(draft.key),
            action=f"policy:{action}",
            at=at or clock.now(),
            role=Role.COMPLIANCE_OFFICER,
            actor_id=by_id,
            company_id=draft.company_id,
            state_from=before,
            state_to=draft.state,
            public={"draft": draft.public_id, "revision": draft.revision, "text": digest(draft.text), **(public or {})},
            personal=personal or {},
        ),
    )


def digest(written: str) -> str:
    """SHA-256 (hexadecimal) of a draft's text."""
    return hashlib.sha256(written.encode()).hexdigest()


def soundness(session: Session, draft: PolicyDraft) -> Checked:
    """What stands against the draft now, beside everything published."""
    return checked(draft.text, draft.key, published_documents(session), places(session))


def sound(session: Session, draft: PolicyDraft) -> Document:
    """The draft's document if it can be a version. Raises Invalid with the sentence that says why not."""
    found = soundness(session, draft)
    if found.document is None or found.problems:
        raise Invalid("unsound", UNSOUND)
    document = found.document
    company = rights.company_of(session, document.company)
    if document.key != draft.key or (document.company is None) is not draft.of_group or company is None:
        raise Invalid("another_key", ANOTHER_KEY)
    if company.id != draft.company_id:
        raise Invalid("another_key", ANOTHER_KEY)
    days = [row.effective_from for row in versions_of(session, draft.key)]
    early = too_early(document, days, today_of(document, clock.now()))
    if early:
        raise Invalid(early, PAST if early == "past" else NOT_LATER, {"effective_from": PAST if early == "past" else NOT_LATER})
    return document


def move(session: Session, draft: PolicyDraft, states_before: Sequence[str], seen: int | None) -> str:
    """The state the draft is in, if it is one of these and as it was `seen`. Raises Stale."""
    if draft.state not in states_before:
        raise Stale("over", OVER)
    if seen is not None and seen != draft.revision:
        raise Stale("meanwhile", MEANWHILE)
    return draft.state


def rehearse(session: Session, draft: PolicyDraft, by_id: int, months: int, before: str) -> str:
    """Leave its text for the worker to replay, and record who asked; the rehearsal's public id.

    One of the same text over the same days that is under way is the answer.
    """
    try:
        document = load(draft.text.encode(), draft.key)
    except PolicyError:
        raise Invalid("unreadable", UNREADABLE) from None
    now = clock.now()
    last_on = today_of(document, now)
    asked = {"draft_id": draft.id, "text": draft.text, "first_on": months_before(last_on, months), "last_on": last_on}
    under_way = select(PolicyRehearsal).filter_by(**asked, done_at=None, failed=None)
    if (there := session.scalars(under_way).first()) is not None:
        return there.public_id
    rehearsal = PolicyRehearsal(public_id=public_id(), digest=document.digest, asked_by_id=by_id, asked_at=now, **asked)
    session.add(rehearsal)
    public = {
        "rehearsal": rehearsal.public_id,
        "document": document.digest,
        "first_on": rehearsal.first_on.isoformat(),
        "last_on": last_on.isoformat(),
        "found_in": turn.FOUND,
    }
    record(session, draft, "rehearsed", by_id, before=before, public=public, at=now)
    return rehearsal.public_id


def submit(session: Session, draft: PolicyDraft, by_id: int, seen: int | None) -> None:
    """Hand it to the second officer."""
    before = move(session, draft, (states.DRAFT,), seen)
    document = sound(session, draft)
    newest = newest_of(session, draft.key)
    if newest and says_the_same(document, newest.text):
        raise Invalid("nothing_new", NOTHING_NEW)
    now = clock.now()
    draft.hands = sorted({*draft.hands, by_id})
    others = rights.signers(session, draft.company_id, draft.hands, now.date())
    if all(other.why_not for other in others):
        raise Invalid("nobody_signs", NOBODY_SIGNS)
    draft.state, draft.submitted_by_id, draft.submitted_at = states.SUBMITTED, by_id, now
    record(session, draft, "submitted", by_id, before=before, at=now)
    for other in others:
        if other.why_not is None:
            notify(session, draft, other.person_id, "policy_to_sign", now)


def says_the_same(document: Document, before: bytes) -> bool:
    """Whether only days and names of who approved it differ from the version before."""
    was = text.content(before.decode())
    now = document.model_dump()
    then = Document.model_validate(was, context={"base_currency": was.get("base_currency")}).model_dump()
    beside = {"effective_from", "approved_on", "approved_by"}
    return {k: v for k, v in now.items() if k not in beside} == {k: v for k, v in then.items() if k not in beside}


def sign(session: Session, draft: PolicyDraft, by_id: int, seen: int | None) -> None:
    """The second officer's signature, under exactly what they saw."""
    before = move(session, draft, (states.SUBMITTED,), seen)
    now = clock.now()
    others = {one.person_id: one for one in rights.signers(session, draft.company_id, draft.hands, now.date())}
    mine = others.get(by_id)
    if mine is None or mine.why_not:
        raise Forbidden("not_second", rights.NOT_YOU[mine.why_not if mine and mine.why_not else "wrote"])
    sound(session, draft)
    draft.state, draft.signed_by_id, draft.signed_at = states.SIGNED, by_id, now
    record(session, draft, "signed", by_id, before=before, at=now)
    _notify_author(session, draft, by_id, "policy_signed", now)


def send_back(session: Session, draft: PolicyDraft, by_id: int, reason: str, seen: int | None) -> None:
    """Back to those who write it, with a reason; what was signed or resolved no longer is."""
    before = move(session, draft, (states.SUBMITTED, states.SIGNED), seen)
    now = clock.now()
    draft.state = states.DRAFT
    draft.signed_by_id = draft.signed_at = None
    draft.resolution = draft.resolved_on = draft.resolved_by_id = draft.resolved_at = None
    record(session, draft, "sent_back", by_id, before=before, personal={"reason": reason}, at=now)
    _notify_author(session, draft, by_id, "policy_sent_back", now)


def resolve(session: Session, draft: PolicyDraft, by_id: int, resolution: Resolution, effective_from: date) -> str | None:
    """Record the board's resolution and the date of effect, which the document now states; the rest of it stays as it was signed.

    The answer is the name under which an earlier resolution's file lies, which nobody needs any more.
    """
    before = move(session, draft, (states.SIGNED,), None)
    now = clock.now()
    if resolution.resolved_on > now.date():
        raise Invalid("not_yet", NOT_RESOLVED_YET, {"resolved_on": NOT_RESOLVED_YET})
    signed = draft.text
    draft.text = text.changed(draft.text, {("approved_on",): resolution.resolved_on, ("effective_from",): effective_from})
    sound(session, draft)
    unneeded = draft.stored_as
    draft.resolution, draft.resolved_on = resolution.number, resolution.resolved_on
    draft.resolved_by_id, draft.resolved_at = by_id, now
    draft.filename, draft.media_type, draft.size = resolution.filename, resolution.media_type, resolution.size
    draft.sha256, draft.stored_as = resolution.sha256, resolution.stored_as
    draft.revision += 1
    public = {
        "resolution": resolution.number,
        "resolved_on": resolution.resolved_on.isoformat(),
        "effective_from": effective_from.isoformat(),
        "sha256": resolution.sha256,
        "signed_text": digest(signed),
    }
    record(session, draft, "resolved", by_id, before=before, public=public, at=now)
    return unneeded


def publish(session: Session, draft: PolicyDraft, by_id: int, seen: int | None) -> Published:
    """Make it a version, by the one path there is, and close the draft."""
    move(session, draft, (states.SIGNED,), seen)
    if draft.resolution is None or draft.resolved_on is None or draft.signed_by_id is None or draft.sha256 is None:
        raise Stale("unresolved", OVER)
    sound(session, draft)
    signed = Signed(draft.public_id, by_id, draft.signed_by_id, draft.resolution, draft.resolved_on, draft.sha256)
    try:
        published = publish_in(session, text=draft.text.encode(), name=draft.key, signed=signed)
    except PolicyError as error:
        raise Invalid("unsound", error.sentences[0]) from None
    draft.state, draft.document_id, draft.closed_at = states.PUBLISHED, published.row_id, clock.now()
    return published


def notify(session: Session, draft: PolicyDraft, person_id: int, template: str, now: datetime) -> None:
    """A notice about the draft: a link, and nothing of what it says."""
    params = {"draft": draft.public_id}
    session.add(NoticeRow(person_id=person_id, template=template, params=params, created_at=now, next_try_at=now))


def _notify_author(session: Session, draft: PolicyDraft, by_id: int, template: str, now: datetime) -> None:
    if draft.submitted_by_id is not None and draft.submitted_by_id != by_id:
        notify(session, draft, draft.submitted_by_id, template, now)


def locked(session: Session, public_id: str) -> PolicyDraft | None:
    """The draft, held until the transaction ends."""
    return session.scalars(select(PolicyDraft).where(PolicyDraft.public_id == public_id).with_for_update()).one_or_none()
