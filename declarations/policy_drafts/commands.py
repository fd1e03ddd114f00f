"""What compliance does to a draft of a policy: each command is one transaction, one event, and asks anew who may."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.errors import NotFound
from declarations.extensions import writing
from declarations.filing import attachments
from declarations.models import Company, Person, PolicyDraft, public_id
from declarations.policies.publishing import Published, alone, another_day, newest_of, nobody, stream
from declarations.policy_drafts import beginning, rights, states, steps
from declarations.policy_drafts.text import NotToml, Path, Value, changed, tidy, with_rule
from declarations.viewer import Viewer
from workflows.case import Forbidden, Invalid
from workflows.policy.document import Document, PolicyError, load
from workflows.policy.sentences import Fault, Sentence, joined
from workflows.words import N_

LONGEST = 500_000  # letters of a policy
TOO_LONG = N_("This is too long for a policy.")


def start(*, officer: Viewer, key: str | None = None, company_key: str | None = None) -> str:
    """A draft of the next version of the document `key`, or of the first one of a company that has none; its public id.

    One that is open already is the answer. Raises NotFound if there is no such document or company within the officer's reach.
    """
    with writing() as session:
        newest = newest_of(session, key) if key else None
        if key and newest is None:
            raise NotFound
        company = rights.company_of(session, newest.company_key if newest else company_key)
        if company is None or not rights.is_officer(session, officer.person_id, company.id):
            raise NotFound
        name = newest.key if newest else beginning.key_for(company.key)
        _alone(session, name)
        begun = session.scalars(select(PolicyDraft).where(PolicyDraft.key == name, PolicyDraft.closed_at.is_(None))).first()
        if begun is not None:
            return begun.public_id
        today = clock.now().date()
        written = (
            beginning.next_text(newest.text, newest.effective_from, today) if newest else beginning.first_text(company, today)
        )
        draft = _new(
            session, name, company, written, officer.person_id, of_group=newest is not None and newest.company_key is None
        )
        since = newest.effective_from.isoformat() if newest else ""
        steps.record(session, draft, "started", officer.person_id, public={"after": since})
        return draft.public_id


def _alone(session: Session, key: str) -> None:
    """Whoever begins a draft of a document waits for whoever does the same."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(stream(key)))))


def _new(session: Session, key: str, company: Company, written: str, by_id: int, *, of_group: bool) -> PolicyDraft:
    now = clock.now()
    draft = PolicyDraft(
        public_id=public_id(),
        key=key,
        company_id=company.id,
        of_group=of_group,
        text=written,
        revision=1,
        state=states.DRAFT,
        hands=[by_id],
        started_by_id=by_id,
        started_at=now,
        changed_by_id=by_id,
        changed_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def save(*, officer: Viewer, draft: str, written: str, seen: int) -> int:
    """Keep `written` as the draft's text, sound or not; its revision is the answer. Raises Stale if it is not as it was `seen`."""
    return _write(officer, draft, seen, lambda _text: tidy(written))


def change(*, officer: Viewer, draft: str, changes: Mapping[Path, Value], seen: int) -> int:
    """Set single values in the text. Raises Stale, and NotToml where the text does not read as TOML."""
    return _write(officer, draft, seen, lambda text: changed(text, changes) if changes else text)


def add_rule(*, officer: Viewer, draft: str, rule: Mapping[str, Any], seen: int) -> int:
    """Put one more rule at the end of the text. Raises Stale and NotToml."""
    return _write(officer, draft, seen, lambda text: with_rule(text, rule))


def _write(officer: Viewer, public_id: str, seen: int, make: Callable[[str], str]) -> int:
    with writing() as session:
        draft = _mine(session, officer, public_id)
        before = steps.move(session, draft, (states.DRAFT,), seen)
        try:
            text = make(draft.text)
        except NotToml:
            raise Invalid(
                "not_toml", N_("The text cannot be read as TOML, so single values cannot be changed. Correct it first.")
            ) from None
        if len(text) > LONGEST:
            raise Invalid("too_long", TOO_LONG)
        if text != draft.text:
            draft.text, draft.revision = text, draft.revision + 1
            draft.hands = sorted({*draft.hands, officer.person_id})
            draft.changed_by_id, draft.changed_at = officer.person_id, clock.now()
            steps.record(session, draft, "changed", officer.person_id, before=before)
        return draft.revision


def rehearse(*, officer: Viewer, draft: str, months: int) -> str:
    """Ask for the draft as it is now to be replayed over what was filed in the last `months` months; the rehearsal's public id.

    One of the same text and days that is under way is the answer. Raises Invalid where the draft does not read, Stale where it is
    closed.
    """
    with writing() as session:
        row = _mine(session, officer, draft)
        before = steps.move(session, row, (states.DRAFT, states.SUBMITTED, states.SIGNED), None)
        return steps.rehearse(session, row, officer.person_id, months, before)


def submit(*, officer: Viewer, draft: str, seen: int) -> None:
    """Hand the draft to the second officer. Raises Invalid where it does not stand, Stale where it changed."""
    with writing() as session:
        steps.submit(session, _mine(session, officer, draft), officer.person_id, seen)


def sign(*, officer: Viewer, draft: str, seen: int) -> None:
    """Sign it as second officer. Raises Forbidden for whoever had a hand in it or reports to somebody who had."""
    with writing() as session:
        steps.sign(session, _mine(session, officer, draft), officer.person_id, seen)


def send_back(*, officer: Viewer, draft: str, reason: str, seen: int) -> None:
    """Give it back to those who write it, and say why."""
    with writing() as session:
        steps.send_back(session, _mine(session, officer, draft), officer.person_id, reason, seen)


def withdraw(*, officer: Viewer, draft: str, reason: str, seen: int) -> None:
    """Give it up, and say why; it stays to be read."""
    with writing() as session:
        row = _mine(session, officer, draft)
        before = steps.move(session, row, (states.DRAFT, states.SUBMITTED, states.SIGNED), seen)
        row.state = states.WITHDRAWN
        steps.record(session, row, "withdrawn", officer.person_id, before=before, personal={"reason": reason})
        row.closed_at = clock.now()


def resolve(
    *, officer: Viewer, draft: str, number: str, resolved_on: date, effective_from: date, filename: str, content: bytes
) -> None:
    """Record what the board resolved, with its document. Raises Invalid with sentences for the fields."""
    resolution = _kept(number, resolved_on, filename, content)
    try:
        with writing() as session:
            row = _mine(session, officer, draft)
            unneeded = steps.resolve(session, row, officer.person_id, resolution, effective_from)
    except BaseException:
        attachments.remove([resolution.stored_as])
        raise
    if unneeded:
        attachments.remove([unneeded])


def _kept(number: str, resolved_on: date, filename: str, content: bytes) -> steps.Resolution:
    try:
        file = attachments.check(filename, content)
    except Invalid as refusal:
        raise Invalid(refusal.code, refusal.sentence, {"document": refusal.sentence}) from None
    return steps.Resolution(
        number, resolved_on, file.filename, file.media_type, len(content), file.sha256, attachments.store(content)
    )


def publish(*, officer: Viewer, draft: str, seen: int) -> Published:
    """Publish what was signed and resolved on. Raises Invalid if it cannot be a version any more."""
    with writing() as session:
        return steps.publish(session, _mine(session, officer, draft), officer.person_id, seen)


def publish_file(
    *, text: bytes, name: str, by_email: str, second_email: str, number: str, resolved_on: date, filename: str, content: bytes
) -> tuple[Document, bool]:
    """Publish a document from a file at the command line: the same steps with the same demands, taken at once.

    Raises PolicyError with a sentence for whoever typed it; its second value is False if this version was there already.
    """
    document = load(text, name)
    resolution = replace(_kept(number, resolved_on, filename, content))
    try:
        with writing() as session:
            alone(session)
            newest = newest_of(session, document.key)
            if newest and (newest.digest, newest.effective_from) == (document.digest, document.effective_from):
                attachments.remove([resolution.stored_as])
                return document, False
            by_id, second_id = _person(session, by_email), _person(session, second_email)
            _take_all_steps(session, document, text.decode(), by_id, second_id, resolution)
    except (Invalid, Forbidden) as refusal:
        attachments.remove([resolution.stored_as])
        said = refusal.sentence if isinstance(refusal.sentence, Sentence) else Sentence(refusal.sentence)
        raise PolicyError(Fault(said, document=name)) from None
    except BaseException:
        with suppress(OSError):
            attachments.remove([resolution.stored_as])
        raise
    return document, True


def _take_all_steps(
    session: Session, document: Document, text: str, by_id: int, second_id: int, resolution: steps.Resolution
) -> None:
    company = rights.company_of(session, document.company)
    if company is None:
        raise PolicyError(Sentence(N_("There is no company with the key “%(key)s”."), key=document.company))
    if not rights.is_officer(session, by_id, company.id):
        raise PolicyError(Sentence(N_("Only a compliance officer of %(company)s can publish it."), company=company.name))
    _alone(session, document.key)
    if session.scalar(select(PolicyDraft.id).where(PolicyDraft.key == document.key, PolicyDraft.closed_at.is_(None))):
        raise PolicyError(Sentence(N_("A draft of %(key)s is open. Finish or withdraw it first."), key=document.key))
    draft = _new(session, document.key, company, text, by_id, of_group=document.company is None)
    steps.record(session, draft, "started", by_id, public={"tool": "command line"})
    if wrong := steps.soundness(session, draft).problems:
        raise PolicyError(joined([Sentence("%(problem)s", problem=one.sentence) for one in wrong]))
    steps.submit(session, draft, by_id, None)
    steps.sign(session, draft, second_id, None)
    if document.approved_on != resolution.resolved_on:
        raise PolicyError(another_day(document, resolution.resolved_on, document.key))
    steps.resolve(session, draft, by_id, resolution, document.effective_from)
    steps.publish(session, draft, by_id, None)


def _person(session: Session, email: str) -> int:
    found = session.scalar(select(Person.id).where(Person.email == email.strip().lower()))
    if found is None:
        raise PolicyError(nobody(email))
    return found


def _mine(session: Session, officer: Viewer, public_id: str) -> PolicyDraft:
    draft = steps.locked(session, public_id)
    if draft is None or not rights.is_officer(session, officer.person_id, draft.company_id):
        raise NotFound
    return draft
