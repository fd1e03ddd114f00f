"""A draft begins as the version before it, to take effect on a day to come; a company's first amendment begins empty."""

from datetime import date

import tomlkit
from flask_babel import force_locale
from flask_babel import gettext as _

from config import LANGUAGES
from declarations.models import Company
from declarations.policy_drafts.text import changed

_LEAD = 2  # months between a draft's beginning and the first day proposed for it


def key_for(company_key: str) -> str:
    """The key of a company's first document: "NL-DK" becomes "nl-dk"."""
    return "-".join(part for part in company_key.lower().replace("_", "-").split("-") if part)


def proposed_day(after: date | None, today: date) -> date:
    """The first of a month, two months from now or just after the version before it."""
    month = today.year * 12 + today.month - 1 + _LEAD
    if after is not None:
        month = max(month, after.year * 12 + after.month)
    return date(month // 12, month % 12 + 1, 1)


def next_text(text: bytes, effective_from: date, today: date) -> str:
    """The text of the version before, with a day to come."""
    return changed(text.decode(), {("effective_from",): proposed_day(effective_from, today)})


def first_text(company: Company, today: date) -> str:
    """An amendment that says nothing yet, in the currency, zone and calendar of its company."""
    title = tomlkit.inline_table()
    for language in LANGUAGES:
        with force_locale(language):
            title[language] = _("%(company)s: amendment to the Code", company=company.name)
    document = tomlkit.document()
    document.update(
        {
            "key": key_for(company.key),
            "company": company.key,
            "title": title,
            "effective_from": proposed_day(None, today),
            "approved_by": company.name,
            "approved_on": today,
            "base_currency": company.currency,
            "time_zone": company.time_zone,
            "holiday_calendar": company.calendar,
        }
    )
    return tomlkit.dumps(document)
