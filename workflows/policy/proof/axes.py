"""Every predicate states here which answers it reads and where its settings cut them; one without an axis cannot be proved."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from workflows.policy.amounts import Count, OccasionTotal, Total
from workflows.policy.proof.regions import DUE, CannotCompare, Cuts, Measure, Quantity, Side, cut_of
from workflows.policy.rules import Condition
from workflows.policy.sentences import Sentence
from workflows.policy.tables import CountryAmount, Measured
from workflows.words import N_, Disposition

Read = Callable[[Any, Side], Cuts]


def _axes(*names: str) -> Read:
    return lambda _settings, _side: Cuts(dict.fromkeys(names))


def _classes(axis: str, *more: str) -> Read:
    return lambda settings, side: Cuts({**dict.fromkeys(more), axis: side.words(settings.values)})


def _words(axis: str) -> Read:
    return lambda settings, _side: Cuts({axis: frozenset(settings.values)})


def _in_class(name: str, *more: str) -> Read:
    return lambda _settings, side: Cuts({**dict.fromkeys(more), "class": side.words([name])})


def _kinds(_settings: Any, side: Side) -> Cuts:
    return Cuts(kind_axes(side))


def kind_axes(side: Side) -> dict[str, Hashable]:
    """What decides as which kinds a thing counts: without its host, entertainment may count as a gift too."""
    return {"kind": None, "host": True} if side.policy.host_absent_is_gift else {"kind": None}


def _percent(settings: Any, _side: Side) -> Cuts:
    limit, above = cut_of(settings.operator, getattr(settings, settings.operator))
    return Cuts({"percent": frozenset({limit + above})})


def _rank(settings: Any, _side: Side) -> Cuts:
    return Cuts({"rank": tuple(frozenset({word}) for word in settings.order)})


def _season(settings: Any, _side: Side) -> Cuts:
    return Cuts({"day": f"season {settings.first} {settings.last}"})


def _late(_settings: Any, side: Side) -> Cuts:
    stated = sorted({document.filing.model_dump_json() for document in side.policy.documents if document.filing})
    by_day = any(document.filing and document.filing.counted_from != "event" for document in side.policy.documents)
    return Cuts({"kind": None, "days": tuple(stated)} | ({"day": DUE} if by_day else {}))


def _heads(settings: Any, _side: Side) -> Cuts:
    return Cuts({}, Quantity("heads"), (settings.operator, getattr(settings, settings.operator)))


def _own_share(settings: Any, side: Side) -> Cuts:
    limit = settings.limits.for_company(side.currency)
    return Cuts({"paid": None}, Quantity("own_share", limit.currency), (settings.operator, limit.minor))


def _measure(settings: Measured, *, per_head: bool) -> Measure:
    flags = (getattr(settings, flag) for flag in ("less_own_share", "with_tax", "with_delivery", "per_giver"))
    return Measure(per_head, *flags)


def _single(*, per_head: bool) -> Read:
    def read(settings: Any, side: Side) -> Cuts:
        limit = settings.limits.for_company(side.currency)
        quantity = Quantity("single", limit.currency, _measure(settings, per_head=per_head))
        return Cuts({"value": None}, quantity, (settings.operator, limit.minor))

    return read


def _country_limit(settings: CountryAmount, _side: Side) -> Cuts:
    measure = _measure(settings, per_head=True)
    limits = {
        country: (Quantity("single", limit.currency, measure), (settings.operator, limit.minor))
        for country, limit in settings.by_country.items()
    }
    return Cuts({"value": None, "country": tuple(frozenset({country}) for country in limits)}, by_country=limits)


LIMITS = frozenset({"over", "at_least", "up_to", "under", "leave_out_up_to", "leave_out_under"})


def _together(settings: Total | Count, side: Side) -> Cuts:
    """A total or count: its shape is all it says besides the limit, and what the words it uses mean on that side."""
    content = settings.model_dump(exclude=set(LIMITS), mode="json")
    window = OccasionTotal if isinstance(settings, OccasionTotal) else type(settings)
    forms, left_out = side.words(settings.forms), settings.leave_out
    axes: dict[str, Hashable] = {**kind_axes(side), "value": None}
    if left_out:
        axes |= {"exempt": left_out, "form": left_out}
    if left_out & {word.value for word in Disposition}:
        axes["disposition"] = None
    if settings.forms:
        axes["form"] = (left_out, forms)
    said = sorted((key, sorted(value) if isinstance(value, list) else value) for key, value in content.items())
    days = _window(window.__name__, content)
    shape = f"{window.__name__} {said} {sorted(forms)} {'host' in axes}"
    if isinstance(settings, Count):
        quantity = Quantity("count", shape=shape)
        return Cuts(axes, quantity, (settings.operator, getattr(settings, settings.operator)), window=days)
    limit = settings.limits.for_company(side.currency)
    trifle = _trifle(settings, limit.currency)
    measure = _measure(settings, per_head=not settings.whole)
    quantity = Quantity("total", limit.currency, measure, f"{shape} {trifle}")
    return Cuts(axes, quantity, (settings.operator, limit.minor), trifle=trifle, window=days)


def _window(name: str, content: Mapping[str, Any]) -> str:
    """What of a total decides its window."""
    return f"{name} {content.get('months')} {content.get('period')} {content.get('first_month')}"


def _trifle(settings: Total, currency: str) -> tuple[str, int] | None:
    if settings.trifles is None:
        return None
    operator, limits = settings.trifles
    least = limits.for_company(currency)
    if least.currency != currency:
        raise CannotCompare(
            Sentence(N_("what a total leaves out is not stated in %(currency)s, and no rate is assumed"), currency=currency)
        )
    return operator, least.minor


AXES: dict[str, Read] = {
    "value": _single(per_head=False),
    "per_head": _single(per_head=True),
    "occasion_total": _together,
    "rolling_total": _together,
    "calendar_total": _together,
    "count": _together,
    "trifle": _together,
    "percent": _percent,
    "counterparty_class": _classes("class"),
    "interest_in": _classes("class", "kind"),
    "form": _classes("form"),
    "kind": _kinds,
    "direction": _axes("direction"),
    "country": _words("country"),
    "travel_class": _words("travel_class"),
    "filed_late": _late,
    "official": _in_class("official", "officials"),
    "political": _in_class("political", "political"),
    "antisocial": _in_class("antisocial"),
    "host_absent": _axes("kind", "host"),
    "value_unknown": _axes("value"),
    "company_donation": _axes("kind"),
    "close_relation": _axes("close_relation"),
    "solicited": _axes("solicited"),
    "family": _axes("family"),
    "companion": _axes("companion"),
    "in_future": _axes("days"),
    "standing": _axes("kind"),
    "concerns_manager": _axes("concerns_manager"),
    "wants_advice": _axes("wants_advice"),
    "country_limit": _country_limit,
    "own_share": _own_share,
    "own_cost": _axes("paid", "value"),
    "heads": _heads,
    "rank": _rank,
    "role": _words("role"),
    "unit": _words("unit"),
    "company": _axes(),
    "company_country": _words("company_country"),
    "counterparty_group": _words("counterparty_group"),
    "counterparty_country": _words("counterparty_country"),
    "meal": _words("meal"),
    "profession": _words("profession"),
    "occasion": _words("occasion"),
    "season": _season,
    "disposition": _axes("disposition"),
    "exempt": _words("exempt"),
    "quiet_period": _axes("quiet"),
    "interested_party": _axes("interested_party"),
    "impermissible_giver": _axes("permissible_giver"),
    "joint": _axes("joint"),
    "joint_givers": _axes("givers"),
    "separable": _axes("separable"),
}


def cuts_of(condition: Condition, side: Side) -> Cuts:
    """What `condition` reads on that side. Raises CannotCompare for a word without an axis."""
    if condition.name not in AXES:
        raise CannotCompare(Sentence(N_("it is not known how the answers to %(predicate)s lie"), predicate=condition.name))
    return AXES[condition.name](condition.settings, side)
