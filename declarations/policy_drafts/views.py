"""Compliance owns the policy: what is in force, the draft of what comes next, its two signatures and the board's resolution."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from declarations.access import admits, me
from declarations.display import _, today
from declarations.errors import NotFound
from declarations.extensions import db
from declarations.filing import attachments
from declarations.policy_drafts import commands, pages, pens, queries, tries
from declarations.policy_drafts.forms import ReasonForm, ResolutionForm
from declarations.policy_drafts.rights import OVERSEERS
from declarations.policy_drafts.room import blueprint
from workflows.case import Invalid
from workflows.words import Role

__all__ = ["blueprint", "pens", "tries"]  # whose routes hang on the same door
OFFICER = Role.COMPLIANCE_OFFICER


@blueprint.get("/policy/drafts")
@admits(*OVERSEERS)
def desk() -> str:
    """Every policy by company on a day, and the drafts of what comes next."""
    on = _day(request.args.get("on")) or today()
    holdings = queries.holdings(db.session(), me(), on)
    return render_template("policy_drafts/desk.html", holdings=holdings, on=on, is_today=on == today())


@blueprint.get("/policy/documents/<key>/<day>")
@admits(*OVERSEERS)
def version(key: str, day: str) -> str:
    """A published version: its rules as people read them, its text, who signed it, and what it changed."""
    found = queries.version(db.session(), me(), key, _day_or_404(day))
    return render_template("policy_drafts/version.html", page=pages.version_page(found, me()), version=found)


@blueprint.get("/policy/documents/<key>/<day>.toml")
@admits(*OVERSEERS)
def export(key: str, day: str) -> Response:
    """The very text that was published."""
    found = queries.version(db.session(), me(), key, _day_or_404(day))
    name = f"{key}-{found.document.version}.toml"
    return send_file(io.BytesIO(found.text.encode()), "application/toml", as_attachment=True, download_name=name)


@blueprint.post("/policy/drafts")
@admits(OFFICER)
def start() -> ResponseReturnValue:
    """Begin the next version of a document, or a company's first."""
    key, company = request.form.get("key") or None, request.form.get("company") or None
    draft = commands.start(officer=me(), key=key, company_key=company)
    return redirect(url_for(".draft", public_id=draft), 303)


@blueprint.get("/policy/drafts/<public_id>")
@admits(*OVERSEERS)
def draft(public_id: str) -> ResponseReturnValue:
    """Where a draft stands: what it changes, what stands against it, and what can be done now."""
    return _draft_page(public_id)


def _draft_page(public_id: str, code: int = 200, **more: Any) -> ResponseReturnValue:
    found = queries.standing(db.session(), me(), public_id, today())
    page = pages.draft_page(found, me())
    forms = {"send_back": ReasonForm(formdata=None), "withdraw": ReasonForm(formdata=None)}
    return render_template(
        "policy_drafts/draft.html", page=page, here=found, draft=found.draft, **({"forms": forms, "opened": ""} | more)
    ), code


@blueprint.post("/policy/drafts/<public_id>/submit")
@admits(OFFICER)
def submit(public_id: str) -> ResponseReturnValue:
    """Hand it to the second officer."""
    return _step(public_id, commands.submit, _("It waits for the second officer now."))


@blueprint.post("/policy/drafts/<public_id>/sign")
@admits(OFFICER)
def sign(public_id: str) -> ResponseReturnValue:
    """The second signature."""
    return _step(public_id, commands.sign, _("You signed it. Next, the board resolves on it."))


@blueprint.post("/policy/drafts/<public_id>/publish")
@admits(OFFICER)
def publish(public_id: str) -> ResponseReturnValue:
    """Make it a version."""
    return _step(public_id, commands.publish, _("It is published. Everybody it concerns will get a mail."))


@blueprint.post("/policy/drafts/<public_id>/send-back")
@admits(OFFICER)
def send_back(public_id: str) -> ResponseReturnValue:
    """Back to those who write it, with a reason."""
    return _with_reason(public_id, "send_back", commands.send_back, _("It is a draft again."))


@blueprint.post("/policy/drafts/<public_id>/withdraw")
@admits(OFFICER)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Give it up, with a reason."""
    return _with_reason(public_id, "withdraw", commands.withdraw, _("The draft is withdrawn."))


def _step(public_id: str, command: Callable[..., Any], done: str) -> ResponseReturnValue:
    try:
        command(officer=me(), draft=public_id, seen=request.form.get("seen", 0, type=int))
    except Invalid as refusal:
        db.session.rollback()
        return _draft_page(public_id, 422, refused=_(refusal.sentence))
    flash(done, "good")
    return redirect(url_for(".draft", public_id=public_id), 303)


def _with_reason(public_id: str, name: str, command: Callable[..., Any], done: str) -> ResponseReturnValue:
    reason = ReasonForm()
    if not reason.validate_on_submit():
        forms = {"send_back": ReasonForm(formdata=None), "withdraw": ReasonForm(formdata=None)} | {name: reason}
        return _draft_page(public_id, 422, forms=forms, opened=name)
    command(officer=me(), draft=public_id, reason=reason.reason.data or "", seen=request.form.get("seen", 0, type=int))
    flash(done, "good")
    return redirect(url_for(".draft", public_id=public_id), 303)


@blueprint.route("/policy/drafts/<public_id>/resolution", methods=["GET", "POST"])
@admits(OFFICER)
def resolution(public_id: str) -> ResponseReturnValue:
    """What the board resolved, with its document and the date of effect."""
    found = queries.standing(db.session(), me(), public_id, today())
    form = ResolutionForm()
    if form.validate_on_submit():
        file = form.document.data
        try:
            commands.resolve(
                officer=me(),
                draft=public_id,
                number=" ".join((form.number.data or "").split()),
                resolved_on=form.resolved_on.data or date.min,
                effective_from=form.effective_from.data or date.min,
                filename=file.filename or "",
                content=file.read(),
            )
        except Invalid as refusal:
            db.session.rollback()
            for name, sentence in refusal.problems.items():
                form[name].errors = [*form[name].errors, _(sentence)]
            if not refusal.problems:
                form.form_errors.append(_(refusal.sentence))
            found = queries.standing(db.session(), me(), public_id, today())
        else:
            flash(_("The resolution is recorded. The policy can be published now."), "good")
            return redirect(url_for(".draft", public_id=public_id), 303)
    elif request.method == "GET" and found.checked.document:
        form.effective_from.data = found.checked.document.effective_from
    page = render_template("policy_drafts/resolution.html", form=form, here=found, draft=found.draft)
    return page, 422 if form.errors else 200


@blueprint.get("/policy/drafts/<public_id>/resolution-document")
@admits(*OVERSEERS)
def resolution_document(public_id: str) -> Response:
    """The document of the resolution, as a download only."""
    row = queries.resolved(db.session(), me(), public_id)
    response = send_file(
        attachments.path_of(row.stored_as or ""),
        mimetype=row.media_type,
        as_attachment=True,
        download_name=row.filename,
        etag=row.sha256 or "",
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _day_or_404(text: str) -> date:
    day = _day(text)
    if day is None:
        raise NotFound
    return day
