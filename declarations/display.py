"""How things are shown: money, dates, people, states and kinds, in the reader's language, format and time zone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from babel import Locale
from babel.dates import format_time
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask, current_app
from flask_babel import format_date as babel_date
from flask_babel import get_locale, gettext
from flask_login import current_user
from lucide.jinja import lucide
from markupsafe import Markup, escape

from declarations import clock, queue_count
from declarations.labels import KIND_ICONS, STATE_CHIPS, label
from workflows.money import Money, exponent
from workflows.policy.sentences import Sentence


def _(sentence: str, **values: object) -> str:
    """The sentence in the reader's language; one that brings its own values is said with money in the reader's format."""
    if isinstance(sentence, Sentence):
        return sentence.told(lambda words: str(gettext(words)), amount)
    return str(gettext(sentence, **values))


def amount(value: Money | None, *, code: bool = True) -> str:
    """Money in the reader's format, e.g. "DKK 1,050" or "EUR 20.50"; whole amounts without decimals."""
    if value is None:
        return _("unknown")
    places = exponent(value.currency) if value.minor % 10 ** exponent(value.currency) else 0
    number = format_decimal(value.amount, format=f"#,##0{'.' if places else ''}{'0' * places}", locale=get_locale())
    return f"{value.currency}\u00a0{number}" if code else str(number)


def money(minor: int | None, currency: str | None) -> str:
    """`amount` for a column pair."""
    return amount(Money(minor, currency)) if minor is not None and currency else _("unknown")


def number(value: int | Decimal) -> str:
    """A number in the reader's format."""
    return str(format_decimal(value, locale=get_locale()))


def today() -> date:
    """The viewer's calendar day; UTC's for a stranger."""
    moment = clock.now()
    return (moment.astimezone(current_user.zone) if current_user.is_authenticated else moment).date()


def listed(parts: Iterable[object], style: Literal["standard", "or"] = "standard") -> str:
    """Several things in one sentence, joined as the reader's language does: "A, B and C", "A、B、C"; with "or" as choices."""
    locale = get_locale()
    here = "en_GB" if locale.language == "en" else locale  # as the house writes English: no comma before "and"
    return str(format_list([str(part) for part in parts], style=style, locale=here))


def links_listed(links: Iterable[Markup]) -> Markup:
    """`listed` for pieces of a template, which stay markup."""
    return Markup(listed(escape(link) for link in links))  # noqa: S704


def day(value: date | None, *, year: bool | None = None, weekday: bool = False) -> str:
    """A day as people say it: today, tomorrow, yesterday, else "25 November", with the year when it is another one."""
    if value is None:
        return ""
    here = today()
    near = {here: _("today"), here + timedelta(1): _("tomorrow"), here - timedelta(1): _("yesterday")}
    if value in near and year is None:
        return near[value]
    return full_day(value, weekday=weekday, year=value.year != here.year if year is None else year)


def full_day(value: date, *, weekday: bool = False, year: bool = True) -> str:
    """A day in full, never "today"."""
    pattern = _("EEEE d MMMM y") if weekday and year else _("EEEE d MMMM") if weekday else _("d MMMM y") if year else _("d MMMM")
    return str(babel_date(value, format=pattern))


def moment(value: datetime | None) -> str:
    """A moment in the viewer's time zone: "yesterday at 16:08"."""
    if value is None:
        return ""
    local = value.astimezone(current_user.zone) if current_user.is_authenticated else value
    clock_time = format_time(local.time(), format="HH:mm", locale=get_locale())
    return _("%(day)s at %(time)s", day=day(local.date()), time=clock_time)


def text(table: Mapping[str, str] | None) -> str:
    """A policy text in the reader's language, English where it has no other."""
    if not table:
        return ""
    return table.get(str(get_locale().language), table.get("en", next(iter(table.values()))))


def country_name(code: str | None) -> str:
    """A country's name in the reader's language, from its ISO 3166-1 code."""
    territories: Mapping[str, str] = Locale.parse(str(get_locale())).territories
    return territories.get((code or "").upper(), code or "")


def icon(name: str) -> Markup:
    """A Lucide icon as inline SVG, invisible to screen readers; the word beside it says the same."""
    return _icon(name)


_icons: dict[str, Markup] = {}


def _icon(name: str) -> Markup:
    if name not in _icons:
        _icons[name] = Markup(lucide(name, size=None, **{"class": "icon", "aria-hidden": "true"}))  # noqa: S704
    return _icons[name]


def initials(name: str) -> str:
    """One or two letters for an avatar."""
    words = [w for w in name.split() if w]
    return (words[0][0] + words[-1][0]).upper() if len(words) > 1 else name[:2].upper()


def install(app: Flask) -> None:
    """Give templates these functions."""
    app.jinja_env.globals.update(
        amount=amount,
        money=money,
        number=number,
        day=day,
        full_day=full_day,
        moment=moment,
        today=today,
        policy_text=text,
        icon=icon,
        country_name=country_name,
        initials=initials,
        listed=listed,
        links_listed=links_listed,
        label=label,
        kind_icons=KIND_ICONS,
        state_chips=STATE_CHIPS,
        get_locale=get_locale,
    )

    @app.context_processor
    def shell() -> dict[str, Any]:
        settings = current_app.config["SETTINGS"]
        return {"waiting": queue_count.of_viewer, "demo": settings.demo, "speak_up_url": settings.speak_up_url}
