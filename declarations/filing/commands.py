"""Drafts are saved while they are typed, under their owner's name; only filing makes a declaration of one."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.errors import NotFound
from declarations.extensions import writing
from declarations.filing import attachments
from declarations.filing.window import Window
from declarations.models import Attachment, Draft, NoticeRow, Person
from declarations.viewer import Viewer
from workflows.case import Forbidden, Invalid, Stale
from workflows.kinds import KINDS
from workflows.words import N_, Kind

MOST_FILES = 20
MOST_DRAFTS = 200
NOWHERE = Window()
ELSEWHERE = N_(
    "This draft was changed in another window meanwhile. Here stands what you typed in this one: save or declare it to let it count."
)


def start(
    *,
    owner: Viewer,
    kind: Kind,
    typed: Mapping[str, str],
    window: Window = NOWHERE,
    purpose: str = "new",
    declaration_id: int | None = None,
) -> str:
    """A new draft of `owner`'s and its public id. For a correction or an answer the one already begun is taken up again."""
    with writing() as session:
        now = clock.now()
        if declaration_id is not None:  # a double click waits here, and finds the draft that the first one began
            session.scalars(select(Person.id).where(Person.id == owner.person_id).with_for_update(key_share=True)).one()
            begun = session.scalars(
                select(Draft).where(Draft.owner_id == owner.person_id, Draft.declaration_id == declaration_id).limit(1)
            ).one_or_none()
            if begun is not None:
                begun.purpose = purpose
                return begun.public_id
        many = session.scalars(select(Draft.id).where(Draft.owner_id == owner.person_id).limit(MOST_DRAFTS)).all()
        if len(many) >= MOST_DRAFTS:
            raise Forbidden("too_many_drafts", N_("You have very many drafts. Please finish or discard some first."))
        draft = Draft(
            owner_id=owner.person_id,
            kind=kind.value,
            purpose=purpose,
            declaration_id=declaration_id,
            answers=dict(typed),
            typed_in=window.name,
            created_at=now,
            updated_at=now,
        )
        session.add(draft)
        session.flush()
        return draft.public_id


def save(*, owner: Viewer, public_id: str, typed: Mapping[str, str], window: Window) -> datetime:
    """Keep what stands in the form now; returns when it was saved (UTC). Raises NotFound if the draft is gone or not theirs, and
    Stale if something else was typed in another window meanwhile, which this one would undo unseen."""
    with writing() as session:
        draft = _own(session, owner, public_id)
        kept = _without_too_much(typed)
        if dict(draft.answers) != kept:
            if not window.may_undo(draft.typed_in):
                raise Stale("typed_elsewhere", ELSEWHERE)
            draft.answers, draft.typed_in = kept, window.name
            draft.updated_at = clock.now()
        return draft.updated_at


def discard(*, owner: Viewer, public_id: str) -> None:
    """Throw the draft and its files away."""
    with writing() as session:
        draft = _own(session, owner, public_id)
        files = session.scalars(select(Attachment).where(Attachment.draft_id == draft.id)).all()
        stored = [row.stored_as for row in files]
        for row in files:
            session.delete(row)
        session.flush()
        session.delete(draft)
    attachments.remove(stored)


def hand_over(*, preparer: Viewer, public_id: str, owner_id: int) -> None:
    """Give a prepared draft to the colleague it is for: they are told and see it at home, and only they can sign it."""
    with writing() as session:
        draft = _own(session, preparer, public_id)
        if draft.purpose != "new":
            raise Forbidden("not_yours", N_("Only the person who declared it can correct it."))
        answers = dict(draft.answers)
        answers.pop("for_whom", None)
        draft.answers = answers
        draft.owner_id, draft.prepared_by_id = owner_id, preparer.person_id
        draft.ready_at = draft.updated_at = now = clock.now()
        told = {"person_id": owner_id, "template": "prepared_for_you", "params": {"draft": draft.public_id}}
        session.add(NoticeRow(**told, created_at=now, next_try_at=now))


def add_file(*, owner: Viewer, public_id: str, filename: str, content: bytes) -> None:
    """Add a file to the draft. Raises Invalid with a sentence if it is not what it says, too large or one too many."""
    checked = attachments.check(filename, content)
    stored_as = attachments.store(content)
    try:
        with writing() as session:
            draft = _own(session, owner, public_id)
            present = session.scalars(select(Attachment).where(Attachment.draft_id == draft.id)).all()
            if len(present) >= MOST_FILES:
                raise Invalid("too_many_files", N_("This is one file too many. Put some together in one."))
            session.add(
                Attachment(
                    draft_id=draft.id,
                    filename=checked.filename,
                    media_type=checked.media_type,
                    size=len(content),
                    sha256=checked.sha256,
                    stored_as=stored_as,
                    added_by_id=owner.person_id,
                    added_at=clock.now(),
                )
            )
    except BaseException:
        attachments.remove([stored_as])
        raise


def remove_file(*, owner: Viewer, public_id: str, file_id: str) -> None:
    """Take a file off the draft again; one that is not there any more is no error."""
    with writing() as session:
        draft = _own(session, owner, public_id)
        row = session.scalars(
            select(Attachment).where(Attachment.draft_id == draft.id, Attachment.public_id == file_id)
        ).one_or_none()
        if row is None:
            return
        stored_as = row.stored_as
        session.delete(row)
    attachments.remove([stored_as])


def _own(session: Session, owner: Viewer, public_id: str) -> Draft:
    draft = session.scalars(
        select(Draft).where(Draft.public_id == public_id, Draft.owner_id == owner.person_id).with_for_update()
    ).one_or_none()
    if draft is None:
        raise NotFound
    return draft


def _without_too_much(typed: Mapping[str, str]) -> dict[str, str]:
    """A draft keeps what a form can hold, and no more."""
    return {name[:60]: text[:20_000] for name, text in list(typed.items())[:120]}


def opens(kind: str) -> Kind:
    """The kind of that slug. Raises NotFound."""
    if kind not in list(KINDS):
        raise NotFound
    return Kind(kind)
