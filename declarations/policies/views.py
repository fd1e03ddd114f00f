"""The policy, readable by everyone, and its calculator."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from declarations.access import EMPLOYEE, admits, me
from declarations.display import _, today
from declarations.extensions import db
from declarations.labels import LABELS, label
from declarations.policies import calculator as sums
from declarations.policies import queries, reading
from declarations.policies.forms import CalculatorForm
from declarations.world import second_company
from workflows.kinds.numbers import NotANumber, parse_amount
from workflows.money import Money
from workflows.words import CounterpartyClass, Direction, Kind

blueprint = Blueprint("policies", __name__)

CURRENCIES = ("EUR", "DKK", "SEK", "NOK", "GBP", "USD", "JPY", "PLN", "CHF")


@blueprint.get("/policy")
@admits(EMPLOYEE)
def policy() -> ResponseReturnValue:
    """The Code and what the reader's company adds; `kind` picks what it is about, `on` an earlier or later day."""
    return _page(_form())


@blueprint.route("/policy/calculator", methods=["GET", "POST"])
@admits(EMPLOYEE)
def calculator() -> ResponseReturnValue:
    """What would happen if; the answer stands beside the policy, and nothing is kept."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422 if request.method == "POST" else 200
    worth = _worth(form)
    if worth is None:
        return _page(form), 422
    kind, direction, item = form.happened.data.split(":")
    asked = sums.Asked(
        kind=Kind(kind),
        direction=Direction(direction),
        form=item or None,
        other_side=(form.other_side.data or "").strip(),
        class_=form.class_.data,
        worth=worth,
        heads=form.heads.data or 1,
        official=form.official.data,
    )
    return _page(form, answer=sums.answer(db.session(), me(), asked, today()))


def _form() -> CalculatorForm:
    own = me().currency
    form = CalculatorForm()
    classes = [CounterpartyClass.UNKNOWN, *(c for c in CounterpartyClass if c is not CounterpartyClass.UNKNOWN)]
    form.offer(classes={str(one): label("class", one) for one in classes}, currencies=tuple(dict.fromkeys((own, *CURRENCIES))))
    return form


def _worth(form: CalculatorForm) -> Money | None:
    try:
        return parse_amount(form.worth.data or "", str(get_locale()), form.currency.data)
    except NotANumber as slip:
        form.worth.errors = [*form.worth.errors, _(slip.sentence)]
        return None


def _page(form: CalculatorForm, **more: Any) -> str:
    here = today()
    on = _day(request.args.get("on")) or here
    kind = request.args.get("kind")
    chosen = Kind(kind) if kind in LABELS["kind"] else None
    viewer = me()
    held = queries.in_force_of(db.session(), viewer.person_id, viewer.company_id, on)
    second = second_company(db.session(), viewer.person_id, on)
    versions = queries.versions_for(db.session(), viewer.company_id, *([second.id] if second else []))
    return render_template(
        "policies/policy.html",
        form=form,
        rows=reading.rows(held, viewer.currency, chosen),
        documents=held.documents,
        second=second,
        versions=versions,
        histories=reading.histories(versions, viewer.currency, on),
        kinds=list(Kind),
        chosen=chosen,
        on=on,
        is_today=on == here,
        **more,
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
