"""A form is sent: what is missing is named, what is whole goes through the one hand that writes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from flask import url_for

from declarations import casework
from declarations.display import _
from declarations.extensions import db
from declarations.filing import commands, queries
from declarations.filing.page import Desk
from declarations.viewer import Viewer
from workflows.case import Inputs, Invalid
from workflows.policy import sound
from workflows.words import Action, Outcome, State

REASON_LONGEST = 4000
_ABOUT: Mapping[str, str] = {
    sound.NO_DAY: "occurred_on",
    sound.FUTURE_GIFT: "occurred_on",
    sound.ENDS_FIRST: "ends_on",
    sound.NO_RATE: "worth",
    sound.UNKNOWN_VALUE: "worth",
    sound.NEGATIVE: "worth",
    sound.OWN_SHARE: "own_share",
    sound.NOBODY: "heads",
    sound.GIVERS: "givers",
    sound.PERCENT: "percent",
}


@dataclass(frozen=True)
class Sent:
    """What came of it: problems by question name, or where to go and what to say there."""

    problems: Mapping[str, str] = field(default_factory=dict)
    to: str = ""
    said: str = ""


def send(desk: Desk, viewer: Viewer) -> Sent:
    """File what is on the desk, correct or answer with it, or hand it to the colleague it is for."""
    assert desk.draft is not None
    if desk.typed.get("for_whom") and desk.draft.purpose == "new":
        return _hand_over(desk, viewer)
    problems = _problems(desk)
    if problems:
        return Sent(problems)
    try:
        public_id, said = _file(desk, viewer) if desk.declaration is None else _change(desk, viewer)
    except Invalid as refusal:
        return Sent(_refused(refusal, desk.asked))
    return Sent(to=url_for("deciding.declaration", public_id=public_id), said=said)


def declared(desk: Desk) -> dict[str, str]:
    """What was typed into the questions that were asked, and which door was taken: the answers a filing keeps."""
    names = {name for asked in desk.asked for name in (asked, f"{asked}_currency")} | {"direction"}
    return {name: text for name, text in desk.typed.items() if name in names}


def _hand_over(desk: Desk, viewer: Viewer) -> Sent:
    assert desk.draft is not None
    colleague = queries.colleague(db.session(), desk.typed["for_whom"])
    if colleague is None or colleague.id == viewer.person_id:
        return Sent({"for_whom": _("Pick a colleague from the list, or write their e-mail address.")})
    name = colleague.name
    commands.hand_over(preparer=viewer, public_id=desk.draft.public_id, owner_id=colleague.id)
    return Sent(to=url_for("filing.kinds"), said=_("Handed over. %(name)s finds it at home and signs it.", name=name))


def _problems(desk: Desk) -> dict[str, str]:
    """Everything that keeps the form from being sent, in the reader's language."""
    assert desk.draft is not None
    problems = {name: _(sentence) for name, sentence in desk.heard.problems.items()}
    reason = desk.typed.get("reason", "")
    if desk.draft.purpose == "answer" and not reason:
        problems["reason"] = _("Write your answer in a sentence.")
    if len(reason) > REASON_LONGEST:
        problems["reason"] = _("This is too long. Please shorten it, or attach it as a file.")
    assessment = desk.found.assessment
    if (assessment.attributes or {}).get("reason_required") and not desk.typed.get("note") and not problems:
        late = _("It is late. Please say why in a sentence.")
        problems["note"] = late if assessment.days_late else _("This rule asks for a reason. Please say why in a sentence.")
    if assessment.outcome is Outcome.INVALID and not problems:
        problems |= _beside_questions(assessment.problems, desk.asked)
    return problems


def _beside_questions(sentences: Iterable[str], asked: Collection[str]) -> dict[str, str]:
    """Each sentence by the question whose answer it is about; one about none that is asked by a number."""
    placed: dict[str, str] = {}
    for number, sentence in enumerate(sentences, 1):
        about = _ABOUT.get(sentence, "")
        placed[about if about in asked and about not in placed else f"problem_{number}"] = _(sentence)
    return placed


def _refused(refusal: Invalid, asked: Collection[str]) -> dict[str, str]:
    if refusal.code == "invalid":
        return _beside_questions(refusal.problems.values(), asked)
    return {name: _(sentence) for name, sentence in refusal.problems.items()} or {"": _(refusal.sentence)}


def _file(desk: Desk, viewer: Viewer) -> tuple[str, str]:
    assert desk.draft is not None
    public_id = casework.file(
        draft_public_id=desk.draft.public_id,
        actor=viewer,
        facts=desk.heard.facts,
        answers=declared(desk),
        new_counterparty=desk.heard.newcomer,
    )
    return public_id, _("Declared. Thank you.")


def _change(desk: Desk, viewer: Viewer) -> tuple[str, str]:
    assert desk.draft is not None
    assert desk.declaration is not None
    public_id = desk.declaration.public_id
    answers_it = desk.draft.purpose == "answer" and desk.declaration.state == State.SENT_BACK
    casework.act(
        casework.Act(
            public_id=public_id,
            action=Action.ANSWER if answers_it else Action.CORRECT,
            actor=viewer,
            seen_version=_version(desk),
            inputs=Inputs(reason=desk.typed.get("reason", "")),
            facts=desk.heard.facts,
            answers=declared(desk),
            draft_public_id=desk.draft.public_id,
            new_counterparty=desk.heard.newcomer,
        )
    )
    return public_id, _("Your answer is sent.") if answers_it else _("The correction is sent.")


def _version(desk: Desk) -> int:
    """The version the page showed; what cannot be read is none, and is refused as changed."""
    shown = desk.typed.get("seen_version", "")
    return int(shown) if shown.isascii() and shown.isdigit() else -1
