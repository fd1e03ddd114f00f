"""The door: coming in, going out, seeing where one is signed in, setting a password by a one-time link, changing it."""

from typing import cast

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext, refresh
from flask_login import current_user, logout_user

from config import LANGUAGES
from declarations import clock
from declarations.access import ANYONE, DEMO, EMPLOYEE, admits, me
from declarations.demo.people import personas
from declarations.errors import NotFound
from declarations.extensions import db, login
from declarations.models import Person
from declarations.sign_in import commands, forms, next_page, passwords, queries, sessions
from declarations.sign_in.entering import again, as_persona, by_password, let_in
from declarations.sign_in.means import Means, types_a_password
from declarations.viewer import Viewer

blueprint = Blueprint("sign_in", __name__)
blueprint.before_app_request(sessions.renew)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@admits(ANYONE)
def door() -> ResponseReturnValue:
    """The sign-in page; `language` changes what it is written in, `next` is where to go afterwards."""
    if request.method == "POST":
        return _enter()
    wanted = next_page.safe(request.args.get("next"))
    if request.args.get("language") in LANGUAGES:
        session["language"] = request.args["language"]
        refresh()
    if current_user.is_authenticated:
        return redirect(wanted or url_for("home.home"))
    return _door(forms.DoorForm(data={"next": wanted}))


def _enter() -> ResponseReturnValue:
    """Sign in by e-mail address and password."""
    form = forms.DoorForm(request.form)
    outside = by_password(form)
    if outside is not None:
        return _door(form, outside.problem), outside.status, outside.headers
    return redirect(next_page.safe(form.next.data) or url_for("home.home"))


def _door(form: forms.DoorForm, problem: str = "") -> str:
    invented = personas() if current_app.config["SETTINGS"].demo else ()
    form.next.data = next_page.safe(form.next.data) or ""
    return render_template("sign_in/door.html", form=form, problem=problem, personas=invented, languages=forms.LANGUAGES)


@blueprint.post("/sign-in/as")
@admits(DEMO)
def enter_as() -> ResponseReturnValue:
    """In a demonstration only: come in as one of its invented people."""
    as_persona(request.form.get("person"))
    return redirect(next_page.safe(request.form.get("next")) or url_for("home.home"))


@blueprint.post("/sign-out")
@admits(EMPLOYEE)
def leave() -> ResponseReturnValue:
    """Sign out of this browser."""
    viewer = me()
    if viewer.session_id is not None:
        commands.close_session(session_id=viewer.session_id)
    return _out(_("You are signed out."))


@blueprint.post("/sign-out/everywhere")
@admits(EMPLOYEE)
def leave_everywhere() -> ResponseReturnValue:
    """Sign out of every browser, this one included."""
    commands.end_all_sessions(person_id=me().person_id)
    return _out(_("You are signed out everywhere."))


def _out(sentence: str) -> ResponseReturnValue:
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language
    flash(sentence, "good")
    return redirect(url_for("sign_in.door"))


@blueprint.get("/me", endpoint="me")
@admits(EMPLOYEE)
def me_page() -> ResponseReturnValue:
    """Me: where I am signed in, my language, my substitute."""
    viewer = me()
    lines = queries.my_sessions(db.session(), viewer.person_id, viewer.session_id, clock.now())
    return render_template("sign_in/me.html", sessions=lines, languages=forms.LANGUAGES)


@blueprint.post("/me/sessions/<int:session_id>/end")
@admits(EMPLOYEE)
def end(session_id: int) -> ResponseReturnValue:
    """Sign out one of my other browsers."""
    commands.end_session(person_id=me().person_id, session_id=session_id)
    flash(_("That browser is signed out."), "good")
    return redirect(url_for("sign_in.me"))


@blueprint.post("/me/language")
@admits(EMPLOYEE)
def language() -> ResponseReturnValue:
    """Read in another language from now on."""
    chosen = request.form.get("language")
    if chosen not in LANGUAGES:
        raise NotFound
    commands.choose_language(person_id=me().person_id, language=chosen)
    session["language"] = chosen
    refresh()
    flash(_("The language is changed."), "good")
    return redirect(url_for("sign_in.me"))


@blueprint.route("/set-password/<token>", methods=["GET", "POST"])
@admits(ANYONE)
def link(token: str) -> ResponseReturnValue:
    """The page behind a one-time link; looking does not use it up."""
    person = queries.open_link(db.session(), token, clock.now())
    if person is None:
        return render_template("sign_in/link_over.html"), 410
    if request.method == "POST":
        return _set_password(token, person)
    return render_template("sign_in/set_password.html", form=forms.NewPasswordForm(), person=person, token=token)


def _set_password(token: str, person: Person) -> ResponseReturnValue:
    """Set the password the link is for, and come in."""
    form = forms.NewPasswordForm(request.form)
    chosen = form.password.data or ""
    if not _fits(form, person):
        return render_template("sign_in/set_password.html", form=form, person=person, token=token), 422
    active = queries.is_active(person, clock.now())
    person_id = commands.set_password(token=token, password=chosen)
    if not active:
        return _out(_("Your password is set. You can sign in from your first day on."))
    let_in(person_id, Means.PASSWORD)
    flash(_("Your password is set, and you are signed in."), "good")
    return redirect(url_for("home.home"))


@blueprint.route("/me/password", methods=["GET", "POST"])
@admits(EMPLOYEE)
def password() -> ResponseReturnValue:
    """Change my password; who came in without one is told that there is none to change."""
    viewer, form, status, headers = me(), forms.ChangePasswordForm(request.form), 200, {}
    has_one = queries.has_password(db.session(), viewer.person_id)
    if request.method == "POST":
        status = 422
        if has_one and _fits(form, viewer):
            outside = again(viewer, form.current.data or "")
            if outside is None:
                return _change_password(viewer, form.password.data or "")
            form.current.errors, status, headers = (outside.problem,), outside.status, outside.headers
    return render_template("sign_in/password.html", form=form, has_one=has_one), status, headers


def _fits(form: forms.NewPasswordForm, person: Person | Viewer) -> bool:
    """True if what was typed can be the person's new password; else why not stands beside the field."""
    if not form.validate():
        return False
    weak = passwords.weakness(form.password.data or "", name=person.name, email=person.email)
    if weak:
        form.password.errors = (_(weak),)
    return weak is None


def _change_password(viewer: Viewer, chosen: str) -> ResponseReturnValue:
    others = commands.change_password(person_id=viewer.person_id, session_id=viewer.session_id or 0, password=chosen)
    if others is None:
        return cast(ResponseReturnValue, login.unauthorized())
    signed_out = ngettext(
        "Your password is changed, and one other browser is signed out.",
        "Your password is changed, and %(num)d other browsers are signed out.",
        others,
    )
    flash(signed_out if others else _("Your password is changed."), "good")
    return redirect(url_for("sign_in.me"), 303)


@blueprint.route("/confirm", methods=["GET", "POST"])
@admits(EMPLOYEE)
def confirm() -> ResponseReturnValue:
    """Type the password again before something that matters, then go on to `next`."""
    viewer, form, problem, status = me(), forms.ConfirmForm(request.values), "", 200
    typed = types_a_password(queries.means_of(db.session(), viewer.session_id))
    if request.method == "POST" and form.validate():
        outside = again(viewer, form.password.data or "") if typed else None
        if outside is None:
            commands.confirm(session_id=viewer.session_id or 0)
            flash(_("Thank you. Now you can go on."), "good")
            return redirect(next_page.safe(form.next.data) or url_for("home.home"))
        problem, status = outside.problem, outside.status
    form.next.data = next_page.safe(form.next.data) or ""
    return render_template("sign_in/confirm.html", form=form, typed=typed, problem=problem), status
