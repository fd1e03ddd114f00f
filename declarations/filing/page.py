"""A draft's page: its questions, what was typed, what follows; the script's live answer is made of the same parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel import Locale
from flask import current_app, render_template, request, url_for
from flask_babel import get_locale

from declarations import casework, display
from declarations.access import me
from declarations.demo.people import personas
from declarations.display import _
from declarations.extensions import db
from declarations.filing import listening, queries
from declarations.filing.forms import CURRENCIES, FilingForm, form_of, questions_for
from declarations.filing.listening import Heard
from declarations.filing.panel import Panel, met_before, panel
from declarations.filing.window import opened
from declarations.models import Declaration, Draft
from declarations.sign_in.forms import DoorForm
from declarations.viewer import Viewer
from workflows.kinds import KINDS, Type
from workflows.words import Kind


@dataclass(frozen=True)
class Desk:
    """Everything on the desk of somebody who declares: the form as it stands, how it was understood, what would follow."""

    kind: Kind
    typed: Mapping[str, str]
    heard: Heard
    found: casework.Preview
    panel: Panel
    today: date
    draft: Draft | None = None
    declaration: Declaration | None = None

    @property
    def asked(self) -> list[str]:
        """The names of the questions that are asked now."""
        return [question.name for question in self.heard.asked]


def desk_of(viewer: Viewer, kind: Kind, typed: Mapping[str, str], draft: Draft | None = None) -> Desk:
    """Lay out what `viewer` typed. Nothing is written."""
    session, today = db.session(), display.today()
    declaration = session.get(Declaration, draft.declaration_id) if draft is not None and draft.declaration_id else None
    day = _filing_day(declaration, typed, viewer, today)
    company = declaration.company_id if declaration else None
    heard = listening.listen(session, viewer, kind, typed, locale=str(get_locale()), today=day, company_id=company)
    prepared_by_id = (declaration or draft).prepared_by_id if draft is not None else None
    besides = declaration.id if declaration else None
    found = listening.preview(session, viewer, heard, prepared_by_id=prepared_by_id, besides=besides)
    return Desk(kind, typed, heard, found, panel(heard, found, viewer, today), today, draft, declaration)


def _filing_day(declaration: Declaration | None, typed: Mapping[str, str], viewer: Viewer, today: date) -> date:
    """A correction of something declared in time is not late: it counts from the first filing, unless the event came after."""
    if declaration is None:
        return today
    first = declaration.filed_at.astimezone(viewer.zone).date()
    return first if typed.get("occurred_on", "") <= first.isoformat() else today


def draw(desk: Desk, problems: Mapping[str, str] | None = None) -> str:
    """The page; with `problems` (question name → sentence) also at the top and beside the questions."""
    form = form_of(desk.kind, dict(desk.typed))
    wrong = dict(problems or {})
    own = me().currency
    return render_template(
        "filing/draft.html",
        active="filing.kinds",
        desk=desk,
        form=form,
        sheet=desk.heard.sheet,
        direction=desk.heard.direction,
        questions=questions_for(desk.heard.sheet, desk.heard.direction),
        asked=frozenset(desk.asked),
        problems=wrong,
        order=_in_order(form, wrong),
        currencies=(own, *(code for code in CURRENCIES if code != own)),
        own=own,
        usual=desk.heard.usual,
        usual_country=display.country_name(desk.heard.usual.country),
        countries=countries(),
        manager=_manager(),
        files=queries.files_of(
            db.session(),
            draft_id=desk.draft.id if desk.draft else None,
            declaration_id=desk.declaration.id if desk.declaration else None,
        ),
        asked_of_them=queries.question_asked(db.session(), desk.declaration) if _answering(desk) and desk.declaration else "",
        met=met_before(desk.found, desk.heard),
        window=opened(desk.draft.typed_in if desk.draft else ""),
        yesterday=desk.today - timedelta(days=1),
        latest=() if desk.typed.get("counterparty") else queries.others_lately(db.session(), me(), desk.kind),
        Type=Type,
        saved=saved,
        big_button=button,
    )


def _answering(desk: Desk) -> bool:
    return desk.draft is not None and desk.draft.purpose == "answer"


def _in_order(form: FilingForm, problems: Mapping[str, str]) -> list[tuple[str, str]]:
    """The problems in the order of the page, those of no field first."""
    names = ["", *form._fields, "files"]
    return sorted(problems.items(), key=lambda pair: names.index(pair[0]) if pair[0] in names else 0)


def _manager() -> str:
    return queries.manager_of(db.session(), me()) or _("your manager")


def countries() -> list[tuple[str, str]]:
    """Every country's code and name in the reader's language, by name."""
    territories = Locale.parse(str(get_locale())).territories
    found = [(code, name) for code, name in territories.items() if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY]
    return sorted(found, key=lambda pair: pair[1])


_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})


def check_parts(desk: Desk) -> dict[str, Any]:
    """What the script puts in its places: the panel, what is known of the name, which questions are asked, when it was saved."""
    assert desk.draft is not None
    return {
        "panel": render_template("filing/panel.html", panel=desk.panel),
        "met": render_template("filing/met.html", desk=desk, met=met_before(desk.found, desk.heard)),
        "asked": desk.asked,
        "saved": saved(desk.draft),
        "send": url_for("filing.submit", public_id=desk.draft.public_id),
        "check": url_for("filing.check", public_id=desk.draft.public_id),
        "page": url_for("filing.draft", public_id=desk.draft.public_id),
        "button": button(desk),
        "currency": desk.heard.usual.currency,
        "country": display.country_name(desk.heard.usual.country),
    }


def saved(draft: Draft) -> str:
    """When the draft was saved last, in words."""
    return _("Draft saved %(moment)s", moment=display.moment(draft.updated_at))


def draft_title(draft: Draft) -> str:
    """What a draft is called in lists: what was typed, else its kind."""
    sheet = KINDS[Kind(draft.kind)]
    return sheet.title(dict(draft.answers)) or _(sheet.name)


def button(desk: Desk) -> str:
    """What the big button says."""
    if desk.draft is not None and desk.draft.purpose == "answer":
        return _("Send the answer")
    if desk.draft is not None and desk.draft.purpose == "correct":
        return _("Send the correction")
    if desk.typed.get("for_whom"):
        return _("Hand it over to be signed")
    return _("Declare it anyway") if desk.panel.trifle else _("Declare")


def kept(door: DoorForm | None = None, problem: str = "") -> str:
    """What was typed into a form that could not be taken, handed back: to go on with at once, or by signing in anew."""
    at = {name: (request.view_args or {}).get(name) or request.form.get(f"kept_{name}", "") for name in ("kind", "public_id")}
    beside = {"csrf_token", "do", "person", *DoorForm()._fields, *(f"kept_{name}" for name in at)}
    return render_template(
        "filing/kept.html",
        active="filing.kinds",
        typed=[(name, text) for name, text in request.form.items(multi=True) if name not in beside],
        at=at,
        action=_form_at(**at) or request.path,
        door=door or DoorForm(),
        problem=problem,
        personas=personas() if current_app.config["SETTINGS"].demo else (),
    )


def _form_at(kind: str, public_id: str) -> str:
    """Where a form is sent: an empty one by its kind, a draft by its id."""
    if public_id:
        return url_for("filing.submit", public_id=public_id)
    return url_for("filing.start", kind=kind) if kind else ""
