"""What the pages of policies say: the two versions side by side, and what the reader can do with a draft now."""

from dataclasses import dataclass

from declarations.display import _, text
from declarations.policies import reading
from declarations.policies.comparing import Difference, differences
from declarations.policies.reading import Said
from declarations.policy_drafts import rights, states
from declarations.policy_drafts.queries import Standing, Version
from declarations.policy_drafts.text import NotToml, content
from declarations.viewer import Viewer
from workflows.policy.document import Document


@dataclass(frozen=True)
class Beside:
    """One clause that differs: as it was and as it would be (None where it was not, or would not be), and how it differs."""

    difference: Difference
    before: Said | None
    after: Said | None


@dataclass(frozen=True)
class DraftPage:
    """A draft's page. `can` are slugs of what the viewer may do now: edit, submit, sign, send_back, resolve, publish, withdraw."""

    title: str
    beside: tuple[Beside, ...]
    can: frozenset[str]
    standing: str
    why_not_sign: str
    reads: bool


def beside(new: Document, old: Document | None, currency: str) -> tuple[Beside, ...]:
    """Every difference between two versions with both wordings."""
    found = []
    for one in differences(new, old):
        found.append(Beside(one, _said(old, one, currency), _said(new, one, currency)))
    return tuple(found)


def _said(document: Document | None, one: Difference, currency: str) -> Said | None:
    rule = next((rule for rule in document.rules if rule.id == one.rule), None) if document and one.rule else None
    return reading.said(rule, document, currency) if rule and document else None


def draft_page(here: Standing, viewer: Viewer) -> DraftPage:
    """What stands on the draft's page for this viewer."""
    document = here.checked.document
    mine = next((one for one in here.signers if one.person_id == viewer.person_id), None)
    return DraftPage(
        title=_title(here),
        beside=beside(document, here.before, here.company.currency) if document else (),
        can=_can(here, signs=mine is not None and mine.why_not is None),
        standing=_standing(here),
        why_not_sign=_(rights.NOT_YOU[mine.why_not]) if mine and mine.why_not else "",
        reads=document is not None,
    )


def _title(here: Standing) -> str:
    if here.checked.document:
        return text(here.checked.document.title.by_language)
    try:
        raw = content(here.draft.text).get("title")
    except NotToml:
        raw = None
    return text({str(k): str(v) for k, v in raw.items()}) if isinstance(raw, dict) and raw else here.draft.key


def _can(here: Standing, *, signs: bool) -> frozenset[str]:
    if not here.writes or not rights.is_open(here.draft):
        return frozenset()
    found = {"withdraw"}
    match here.draft.state:
        case states.DRAFT:
            found |= {"edit", "submit"}
        case states.SUBMITTED:
            found |= {"send_back"} | ({"sign"} if signs else set())
        case states.SIGNED:
            found |= {"send_back", "resolve"} | ({"publish"} if here.draft.resolution else set())
    return frozenset(found)


def _standing(here: Standing) -> str:
    """The second half of the page's first sentence."""
    draft = here.draft
    match draft.state:
        case states.DRAFT:
            return _("A draft of the next version.") if here.before else _("A draft of the first version.")
        case states.SUBMITTED:
            return _("Submitted by %(name)s. A second officer reads it now.", name=here.names.get(draft.submitted_by_id or 0, ""))
        case states.SIGNED if draft.resolution:
            return _("Signed by two and resolved on. It can be published.")
        case states.SIGNED:
            return _("Signed by %(name)s. Next, the board resolves on it.", name=here.names.get(draft.signed_by_id or 0, ""))
        case states.PUBLISHED:
            return _("It has been published.")
        case _:
            return _("This draft was withdrawn.")


@dataclass(frozen=True)
class VersionPage:
    """A published version: every clause, and what it changed."""

    title: str
    clauses: tuple[Said, ...]
    beside: tuple[Beside, ...]


def version_page(version: Version, viewer: Viewer) -> VersionPage:
    """A version as it is read, with limits in every currency it states."""
    document = version.document
    clauses = [reading.said(rule, document, None) for rule in document.rules]
    paragraphs = [reading.said_paragraph(one, document) for one in (document.otherwise, document.not_kept) if one]
    changed = beside(document, version.before, viewer.currency) if version.before else ()
    return VersionPage(text(document.title.by_language), tuple(paragraphs + clauses), changed)
