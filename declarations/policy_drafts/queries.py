"""What compliance reads of policies and their drafts: whose there are, where a draft stands, and how it came there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.display import _
from declarations.errors import NotFound
from declarations.models import Company, Disclosure, Event, Person, PolicyDocument, PolicyDraft
from declarations.policies.proof import places
from declarations.policies.publishing import published_documents, stream
from declarations.policy_drafts import rights, states
from declarations.policy_drafts.rights import Signer
from declarations.policy_drafts.soundness import Checked, checked
from declarations.stories import Line
from declarations.viewer import Viewer
from workflows.policy.document import Document, PolicyError, load
from workflows.words import Role


@dataclass(frozen=True)
class Holding:
    """What one company has (or for the Code, the group): each document's version in force, those to come, and the open draft."""

    company: Company
    of_group: bool
    key: str | None  # None where nothing was ever published or begun
    in_force: Document | None
    coming: tuple[Document, ...]
    earlier: tuple[Document, ...]
    draft: PolicyDraft | None
    writes: bool


def holdings(session: Session, viewer: Viewer, on: date) -> list[Holding]:
    """The Code and every document of the companies overseen, as they stand on the day; companies without one last."""
    group = rights.group_of(session)
    reach = frozenset().union(*(viewer.reach(role) for role in rights.OVERSEERS))
    companies = session.scalars(select(Company).where(Company.id.in_(sorted(reach))).order_by(Company.name, Company.id)).all()
    by_key: dict[str, list[Document]] = {}
    for document in published_documents(session):
        by_key.setdefault(document.key, []).append(document)
    drafts = {
        draft.key: draft
        for draft in session.scalars(select(PolicyDraft).where(PolicyDraft.closed_at.is_(None)))
        if draft.company_id in reach
    }
    found = [
        _holding(group, True, key, versions, drafts.get(key), viewer, on)
        for key, versions in sorted(by_key.items())
        if versions[0].company is None
    ]
    bare = []
    for company in companies:
        keys = sorted(key for key, versions in by_key.items() if versions[0].company == company.key)
        begun = [
            key for key, draft in drafts.items() if draft.company_id == company.id and not draft.of_group and key not in by_key
        ]
        for key in (*keys, *begun):
            found.append(_holding(company, False, key, by_key.get(key, []), drafts.get(key), viewer, on))
        if not keys and not begun:
            bare.append(_holding(company, False, None, [], None, viewer, on))
    return found + bare


def _holding(
    company: Company,
    of_group: bool,
    key: str | None,
    versions: list[Document],
    draft: PolicyDraft | None,
    viewer: Viewer,
    on: date,
) -> Holding:
    newest_first = sorted(versions, key=lambda document: document.effective_from, reverse=True)
    held = [document for document in newest_first if document.effective_from <= on]
    coming = tuple(document for document in newest_first if document.effective_from > on)
    writes = rights.writes(viewer, company.id)
    return Holding(company, of_group, key, held[0] if held else None, coming, tuple(held[1:]), draft, writes)


@dataclass(frozen=True)
class Version:
    """A published version with everything that belongs to it; `draft` is None for an installation's first documents."""

    document: Document
    text: str
    published_at: datetime
    publisher: str | None
    second: str | None
    draft: PolicyDraft | None
    before: Document | None


def version(session: Session, viewer: Viewer, key: str, effective_from: date) -> Version:
    """One published version. The Code is for every overseer, an amendment for those of its company. Raises NotFound."""
    rows = session.scalars(
        select(PolicyDocument)
        .where(PolicyDocument.key == key, PolicyDocument.effective_from <= effective_from)
        .order_by(PolicyDocument.effective_from.desc())
        .limit(2)
    ).all()
    row = rows[0] if rows and rows[0].effective_from == effective_from else None
    if row is None:
        raise NotFound
    company = rights.company_of(session, row.company_key)
    if row.company_key is not None and (company is None or not rights.reads(viewer, company.id)):
        raise NotFound
    draft = session.scalars(select(PolicyDraft).where(PolicyDraft.document_id == row.id)).one_or_none()
    names = names_of(session, [row.published_by_id, draft.signed_by_id if draft else None])
    return Version(
        document=load(row.text, key),
        text=row.text.decode(),
        published_at=row.published_at,
        publisher=names.get(row.published_by_id or 0),
        second=names.get(draft.signed_by_id or 0) if draft else None,
        draft=draft,
        before=load(rows[1].text, key) if len(rows) > 1 else None,
    )


@dataclass(frozen=True)
class Standing:
    """A draft as its page needs it: what it is compared with, what stands against it, who could sign it, what happened."""

    draft: PolicyDraft
    company: Company
    checked: Checked
    before: Document | None
    others: tuple[Document, ...]
    code_texts: tuple[str, ...]  # of each document of the group the newest version, as it is written
    signers: Sequence[Signer]
    story: Sequence[Line]
    names: dict[int, str]
    writes: bool


def draft_of(session: Session, viewer: Viewer, public_id: str) -> PolicyDraft:
    """The draft, if the viewer may read it. Raises NotFound."""
    draft = session.scalars(select(PolicyDraft).where(PolicyDraft.public_id == public_id)).one_or_none()
    if draft is None or not rights.reads(viewer, draft.company_id):
        raise NotFound
    return draft


def standing(session: Session, viewer: Viewer, public_id: str, today: date) -> Standing:
    """Everything about a draft the viewer may read. Raises NotFound."""
    draft = draft_of(session, viewer, public_id)
    others = published_documents(session)
    before = [d for d in others if d.key == draft.key and not (draft.document_id and _is_own(session, draft, d))]
    newest = max(before, key=lambda document: document.effective_from, default=None)
    found = checked(draft.text, draft.key, others, places(session)) if rights.is_open(draft) else _as_it_was(draft)
    return Standing(
        draft=draft,
        company=session.get_one(Company, draft.company_id),
        checked=found,
        before=newest,
        others=tuple(others),
        code_texts=_code_texts(session),
        signers=rights.signers(session, draft.company_id, draft.hands, today),
        story=story(session, draft),
        names=names_of(session, [draft.started_by_id, draft.changed_by_id, draft.submitted_by_id, draft.signed_by_id]),
        writes=rights.writes(viewer, draft.company_id),
    )


def _as_it_was(draft: PolicyDraft) -> Checked:
    """A draft that is closed, published or withdrawn: what it says, and nothing against it any more."""
    try:
        return Checked(load(draft.text, draft.key), ())
    except PolicyError:
        return Checked(None, ())


def _code_texts(session: Session) -> tuple[str, ...]:
    of_group = select(PolicyDocument).where(PolicyDocument.company_key.is_(None)).order_by(PolicyDocument.effective_from)
    newest = {row.key: row.text.decode() for row in session.scalars(of_group)}
    return tuple(newest.values())


def resolved(session: Session, viewer: Viewer, public_id: str) -> PolicyDraft:
    """The draft whose resolution has a document that the viewer may read. Raises NotFound."""
    draft = draft_of(session, viewer, public_id)
    if draft.resolution is None or draft.stored_as is None:
        raise NotFound
    return draft


def _is_own(session: Session, draft: PolicyDraft, document: Document) -> bool:
    """Whether the version is the draft itself, published, or one that came later."""
    own = session.scalar(select(PolicyDocument.effective_from).where(PolicyDocument.id == draft.document_id))
    return own is not None and document.effective_from >= own


def names_of(session: Session, people: Sequence[int | None]) -> dict[int, str]:
    """Names by id."""
    wanted = sorted({person for person in people if person is not None})
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def story(session: Session, draft: PolicyDraft) -> list[Line]:
    """What happened to the draft, from the record, the first first; changes by one hand in a row are told once."""
    rows = session.execute(
        select(Event.id, Event.action, Event.actor_id, Event.at, Event.body, Disclosure.value)
        .outerjoin(Disclosure, (Disclosure.event_id == Event.id) & (Disclosure.name == "reason"))
        .where(Event.stream == stream(draft.key), Event.at >= draft.started_at)
        .order_by(Event.sequence)
    ).all()
    mine = [row for row in rows if _public(row.body).get("draft") == draft.public_id and row.action in states.SENTENCES]
    names = names_of(session, [row.actor_id for row in mine])
    found: list[tuple[tuple[str, int | None], Line]] = []
    for row in mine:
        sentence, icon, family = states.SENTENCES[row.action]
        said = (str(row.value),) if row.value else ()
        told = Line(icon, _(sentence, name=names.get(row.actor_id, _("the command line"))), "", family, at=row.at, said=said)
        if found and found[-1][0] == (row.action, row.actor_id) == ("policy:changed", row.actor_id):
            found.pop()
        found.append(((row.action, row.actor_id), told))
    return [line for _key, line in found]


def _public(body: bytes) -> dict[str, Any]:
    public: dict[str, Any] = json.loads(body)["public"]
    return public


def to_sign(session: Session, viewer: Viewer, today: date) -> int:
    """How many drafts wait for a signature the viewer could give."""
    reach = viewer.reach(Role.COMPLIANCE_OFFICER)
    waiting = session.scalars(
        select(PolicyDraft).where(PolicyDraft.state == states.SUBMITTED, PolicyDraft.company_id.in_(sorted(reach)))
    )
    return sum(
        1
        for draft in waiting
        for one in rights.signers(session, draft.company_id, draft.hands, today)
        if one.person_id == viewer.person_id and one.why_not is None
    )
