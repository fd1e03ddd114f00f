"""Declaring: pick what happened, answer what matters, see what follows, and send it. A draft is saved at every step."""

from collections.abc import Mapping
from typing import cast

from flask import abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from declarations.access import ANYONE, EMPLOYEE, STRANGER, admits, me
from declarations.display import _
from declarations.errors import NotFound
from declarations.extensions import db, login
from declarations.filing import (
    commands,
    lists,  # noqa: F401  hangs its routes on the same door
    queries,
    uploads,
)
from declarations.filing.forms import form_of
from declarations.filing.page import check_parts, desk_of, draft_title, draw, kept
from declarations.filing.room import blueprint
from declarations.filing.sending import send
from declarations.filing.window import sent
from declarations.models import Draft
from declarations.sign_in.entering import as_persona, by_password
from declarations.sign_in.forms import DoorForm
from workflows.case import Invalid, Stale
from workflows.kinds import KINDS
from workflows.words import Direction, Kind, State


@blueprint.get("/declare")
@admits(EMPLOYEE)
def kinds() -> str:
    """What happened? Six pictures, and what was begun before."""
    return render_template(
        "filing/kinds.html",
        sheets=KINDS.values(),
        drafts=queries.drafts_of(db.session(), me()),
        prepared=queries.prepared_by(db.session(), me()),
    )


@blueprint.get("/declare/<kind>")
@admits(EMPLOYEE)
def begin(kind: str) -> str:
    """The empty form; where it can go both ways, of a thing received unless said otherwise. Nothing is saved yet."""
    sheet = KINDS[commands.opens(kind)]
    way = request.args.get("direction", "")
    direction = way if way in list(Direction) else Direction.RECEIVED.value
    return draw(desk_of(me(), sheet.kind, {"direction": direction} if sheet.directions else {}))


@blueprint.post("/declare/<kind>")
@admits(EMPLOYEE)
def start(kind: str) -> ResponseReturnValue:
    """The first time something is sent from an empty form: it becomes a draft and goes on as one."""
    opened = commands.opens(kind)
    public_id = commands.start(owner=me(), kind=opened, typed=form_of(opened).typed(), window=sent(request.form))
    return _go_on(queries.draft_of(db.session(), me(), public_id))


@blueprint.post("/declare/<kind>/check")
@admits(EMPLOYEE)
def check_new(kind: str) -> ResponseReturnValue:
    """The first automatic save of an empty form."""
    opened = commands.opens(kind)
    typed = form_of(opened).typed()
    public_id = commands.start(owner=me(), kind=opened, typed=typed, window=sent(request.form))
    return jsonify(check_parts(desk_of(me(), opened, typed, queries.draft_of(db.session(), me(), public_id))))


@blueprint.get("/drafts/<public_id>")
@admits(EMPLOYEE)
def draft(public_id: str) -> ResponseReturnValue:
    """Go on with a draft as it was saved last."""
    try:
        row = queries.draft_of(db.session(), me(), public_id)
    except NotFound:
        return _filed_already(public_id)
    return draw(desk_of(me(), commands.opens(row.kind), dict(row.answers), row))


@blueprint.post("/drafts/<public_id>")
@admits(EMPLOYEE)
def submit(public_id: str) -> ResponseReturnValue:
    """Save what is there, and then check, add a file, hand over or file it, as the button says."""
    try:
        return _go_on(queries.draft_of(db.session(), me(), public_id))
    except NotFound:
        return _filed_already(public_id, told=True)


@blueprint.post("/drafts/<public_id>/check")
@admits(EMPLOYEE)
def check(public_id: str) -> ResponseReturnValue:
    """Save what is there and answer with what follows from it, for the script."""
    kind = commands.opens(queries.draft_of(db.session(), me(), public_id).kind)
    typed = form_of(kind).typed()
    commands.save(owner=me(), public_id=public_id, typed=typed, window=sent(request.form))
    return jsonify(check_parts(desk_of(me(), kind, typed, queries.draft_of(db.session(), me(), public_id))))


@blueprint.post("/drafts/<public_id>/discard")
@admits(EMPLOYEE)
def discard(public_id: str) -> ResponseReturnValue:
    """Throw a draft away."""
    commands.discard(owner=me(), public_id=public_id)
    flash(_("The draft is gone."), "info")
    return redirect(url_for("filing.kinds"), 303)


@blueprint.post("/declarations/<public_id>/change")
@admits(EMPLOYEE)
def change(public_id: str) -> ResponseReturnValue:
    """Begin a correction of one's own declaration, or an answer to what was asked about it."""
    row = queries.own_declaration(db.session(), me(), public_id)
    if row.state == State.WITHDRAWN:
        abort(404)
    begun = commands.start(
        owner=me(),
        kind=commands.opens(row.kind),
        typed=queries.answers_filed(db.session(), row) | ({"direction": row.direction} if row.direction else {}),
        purpose="answer" if row.state == State.SENT_BACK else "correct",
        declaration_id=row.id,
    )
    return redirect(url_for("filing.draft", public_id=begun), 303)


def _filed_already(public_id: str, *, told: bool = False) -> ResponseReturnValue:
    """A draft that became a declaration leads to it; any other is not there. If another page's answers are lost by it, it is told."""
    row = queries.own_declaration(db.session(), me(), public_id)
    if told:
        typed, filed = form_of(commands.opens(row.kind)).typed(), queries.answers_filed(db.session(), row)
        if any(typed.get(name, "") != filed.get(name, "") for name in {*filed, "note"}):
            flash(_("It had been declared already, so this page’s answers were not sent. If they are right, correct it."), "info")
    return redirect(url_for("deciding.declaration", public_id=row.public_id), 303)


def _go_on(row: Draft) -> ResponseReturnValue:
    kind, public_id, do = commands.opens(row.kind), row.public_id, request.form.get("do", "file")
    form = form_of(kind)
    typed = form.typed()
    if do.startswith("same-"):
        typed["counterparty"] = queries.counterparty_named(db.session(), me(), do[5:]) or typed.get("counterparty", "")
    try:
        commands.save(owner=me(), public_id=public_id, typed=typed, window=sent(request.form))
    except Stale as elsewhere:
        return _typed_elsewhere(public_id, kind, typed, elsewhere)
    refused = _files(public_id, do)
    row = queries.draft_of(db.session(), me(), public_id)
    desk = desk_of(me(), kind, typed, row)
    if refused:
        return draw(desk, refused), 422
    if do == "file":
        result = send(desk, me())
        if result.problems:
            return draw(desk, result.problems), 422
        flash(result.said, "good")
        return redirect(result.to, 303)
    return redirect(url_for("filing.draft", public_id=public_id, _anchor=_anchor(do)), 303)


def _typed_elsewhere(public_id: str, kind: Kind, typed: Mapping[str, str], elsewhere: Stale) -> ResponseReturnValue:
    """What was typed here stands there again and counts if it is sent once more; unseen it does not."""
    row = queries.draft_of(db.session(), me(), public_id)
    return draw(desk_of(me(), kind, typed, row), {"": _(elsewhere.sentence)}), 409


def _files(public_id: str, do: str) -> dict[str, str]:
    """Take files off and add new ones; a sentence if one was refused, the others are kept all the same."""
    if do.startswith("remove-"):
        commands.remove_file(owner=me(), public_id=public_id, file_id=do[7:])
    refused = []
    for file in request.files.getlist("files"):
        if not file.filename:
            continue
        try:
            content = file.read(current_app.config["SETTINGS"].max_upload_bytes + 1)  # no more than tells that it is too large
            commands.add_file(owner=me(), public_id=public_id, filename=file.filename, content=content)
        except Invalid as refusal:
            refused.append(f"{file.filename[:80]}: {_(refusal.sentence)}")
        finally:
            file.close()
    return {"files": " ".join(refused)} if refused else {}


def _anchor(do: str) -> str:
    if do.startswith("remove-") or do == "add":
        return "files-part"
    return "counterparty" if do.startswith("same-") else "next"


@blueprint.post("/declare/go-on")
@admits(ANYONE)
def go_on() -> ResponseReturnValue:
    """Sign in anew beside what was typed when the session had ended; it is saved, and the form stands there as it was."""
    if "person" in request.form and current_app.config["SETTINGS"].demo:
        as_persona(request.form["person"])
    else:
        door = DoorForm(request.form)
        outside = by_password(door)
        if outside is not None:
            return kept(door, outside.problem), outside.status, outside.headers
    return _kept_as()


def _kept_as() -> ResponseReturnValue:
    """Goes on with the draft that now holds what was typed: the one it was typed into, else a new one."""
    public_id = request.form.get("kept_public_id", "")
    if not public_id:
        kind = commands.opens(request.form.get("kept_kind", ""))
        public_id = commands.start(owner=me(), kind=kind, typed=form_of(kind).typed(), window=sent(request.form))
        return redirect(url_for("filing.draft", public_id=public_id), 303)
    try:
        kind = commands.opens(queries.draft_of(db.session(), me(), public_id).kind)
    except NotFound:
        return redirect(url_for("filing.draft", public_id=public_id), 303)  # filed meanwhile, or not theirs: its page says which
    typed = form_of(kind).typed()
    try:
        commands.save(owner=me(), public_id=public_id, typed=typed, window=sent(request.form))
    except Stale as elsewhere:
        return _typed_elsewhere(public_id, kind, typed, elsewhere)
    return redirect(url_for("filing.draft", public_id=public_id), 303)


@blueprint.errorhandler(CSRFError)
def expired(_error: CSRFError | None) -> ResponseReturnValue:
    """The page was open too long: what was typed comes back and can be sent again, nothing is lost."""
    if request.path.endswith("/check"):
        return jsonify({"lost": True}), 401
    if request.endpoint not in _KEPT and not current_user.is_authenticated:
        return cast(ResponseReturnValue, login.unauthorized())
    return kept(), 400


@blueprint.errorhandler(413)
def too_much(_error: Exception) -> ResponseReturnValue:
    """More than may be sent at once; nothing that was saved is lost."""
    settings = current_app.config["SETTINGS"]
    return uploads.too_much(uploads.most(settings.max_upload_bytes), settings.max_upload_mb)


_KEPT = ("filing.start", "filing.submit", "filing.go_on")

blueprint.add_app_template_global(draft_title)

for stranger_knocks in (start, submit, check, check_new):
    setattr(stranger_knocks, STRANGER, expired)
