"""A draft is written in two views of one document, a form and its text; whatever is typed in either is kept or handed back."""

import io
from collections.abc import Callable

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from declarations.access import admits, me
from declarations.display import _, today
from declarations.extensions import db
from declarations.policy_drafts import commands, editing, queries
from declarations.policy_drafts.rights import OVERSEERS
from declarations.policy_drafts.room import blueprint
from workflows.case import Invalid, Stale
from workflows.words import Role


@blueprint.get("/policy/drafts/<public_id>/form")
@admits(*OVERSEERS)
def form(public_id: str) -> ResponseReturnValue:
    """The draft as a form: what it states beside its rules, and every rule as a line that opens."""
    found = queries.standing(db.session(), me(), public_id, today())
    return render_template("policy_drafts/form.html", page=editing.contents(found), here=found, draft=found.draft)


@blueprint.route("/policy/drafts/<public_id>/about", methods=["GET", "POST"])
@admits(*OVERSEERS)
def about(public_id: str) -> ResponseReturnValue:
    """What the document states beside its rules."""
    return _edit(public_id, lambda found: editing.about(found, _locale()), url_for(".form", public_id=public_id))


@blueprint.route("/policy/drafts/<public_id>/rules/<int:number>", methods=["GET", "POST"])
@admits(*OVERSEERS)
def rule(public_id: str, number: int) -> ResponseReturnValue:
    """One rule, by its place in the document from 1."""
    return _edit(public_id, lambda found: editing.rule(found, number - 1, _locale()), url_for(".form", public_id=public_id))


def _edit(public_id: str, open_: Callable[[queries.Standing], editing.Sheet], after: str) -> ResponseReturnValue:
    found = queries.standing(db.session(), me(), public_id, today())
    sheet, code, problem = open_(found), 200, ""
    typed = None
    if request.method == "POST" and sheet.broken:
        code = 422
    elif request.method == "POST":
        typed = editing.typed(sheet, request.form, _locale())
        do, seen = request.form.get("do", "save"), request.form.get("seen", 0, type=int)
        changes = typed.changes | editing.asked(sheet, do, request.form)
        try:
            commands.change(officer=me(), draft=public_id, changes=changes, seen=seen)
        except (Stale, Invalid) as refusal:
            db.session.rollback()
            problem, code = _(refusal.sentence), 409 if isinstance(refusal, Stale) else 422
        else:
            if not typed.slips:
                flash(_("Saved."), "good")
                gone = do == "remove"
                return redirect(after if gone or do == "save_close" else request.path, 303)
            code = 422
        found = queries.standing(db.session(), me(), public_id, today())
        sheet = open_(found) if code != 409 else sheet
    return render_template(
        "policy_drafts/edit.html",
        sheet=sheet,
        here=found,
        draft=found.draft,
        after=after,
        problem=problem,
        posted=request.form if code in (409, 422) else None,
        slips=typed.slips if typed else {},
    ), code


@blueprint.post("/policy/drafts/<public_id>/rules")
@admits(Role.COMPLIANCE_OFFICER)
def add_rule(public_id: str) -> ResponseReturnValue:
    """One more rule: a new one, or one that stands in for a rule of the Code."""
    found = queries.standing(db.session(), me(), public_id, today())
    rule, number = editing.new_rule(found, request.form.get("replaces") or None)
    commands.add_rule(officer=me(), draft=public_id, rule=rule, seen=request.form.get("seen", 0, type=int))
    return redirect(url_for(".rule", public_id=public_id, number=number), 303)


@blueprint.route("/policy/drafts/<public_id>/text", methods=["GET", "POST"])
@admits(*OVERSEERS)
def text(public_id: str) -> ResponseReturnValue:
    """The draft as its TOML text; it is kept as typed, sound or not."""
    code, problem, written = 200, "", None
    if request.method == "POST":
        written = request.form.get("text", "")
        try:
            commands.save(officer=me(), draft=public_id, written=written, seen=request.form.get("seen", 0, type=int))
        except (Stale, Invalid) as refusal:
            db.session.rollback()
            problem, code = _(refusal.sentence), 409 if isinstance(refusal, Stale) else 422
        else:
            flash(_("Saved."), "good")
            return redirect(request.path, 303)
    found = queries.standing(db.session(), me(), public_id, today())
    return render_template("policy_drafts/text.html", here=found, draft=found.draft, written=written, problem=problem), code


@blueprint.get("/policy/drafts/<public_id>.toml")
@admits(*OVERSEERS)
def draft_text(public_id: str) -> Response:
    """The draft's text as a file, to be proved or rehearsed elsewhere."""
    row = queries.draft_of(db.session(), me(), public_id)
    return send_file(io.BytesIO(row.text.encode()), "application/toml", as_attachment=True, download_name=f"{row.key}-draft.toml")


def _locale() -> str:
    return str(get_locale())
