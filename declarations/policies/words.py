"""What the keys of a policy document are called on a form: every key a person can meet there, in everyday words."""

from collections.abc import Mapping

from declarations.display import _
from declarations.labels import LABELS, label
from workflows.policy.tables import Route
from workflows.words import N_, Outcome

KEYS: Mapping[str, str] = {
    # a document
    "key": N_("Key"),
    "title": N_("Title"),
    "company": N_("Company"),
    "effective_from": N_("Takes effect on"),
    "approved_by": N_("Approved by"),
    "approved_on": N_("Approved on"),
    "base_currency": N_("Base currency"),
    "time_zone": N_("Time zone"),
    "holiday_calendar": N_("Calendar of holidays"),
    "rate_max_age": N_("How many days old an exchange rate may be"),
    "host_absent_is_gift": N_("Without its host, an invitation counts as a gift"),
    "filing": N_("Time to declare"),
    "days": N_("Days after the event"),
    "deadlines": N_("Time to decide, in working days"),
    "remind_after": N_("Remind after"),
    "escalate_after": N_("Pass on after"),
    "classes": N_("Classes"),
    "otherwise": N_("Where no rule says anything"),
    "not_kept": N_("What was declined or given back"),
    "rules": N_("Rules"),
    "year": N_("The year"),
    "ranks": N_("Ranks, the lowest first"),
    "counted_from": N_("Counted from"),
    # a rule
    "id": N_("Short name"),
    "clause": N_("Clause"),
    "heading": N_("Heading"),
    "sentence": N_("Sentence"),
    "kinds": N_("Kinds"),
    "directions": N_("Directions"),
    "when": N_("When all of this holds"),
    "unless": N_("Unless any of this holds"),
    "outcome": N_("What follows"),
    "attributes": N_("And besides"),
    "amend": N_("What a company may do with it"),
    "replaces": N_("Stands in for the Code’s rule"),
    "source": N_("Source"),
    "beforehand": N_("It must be asked before it happens"),
    "reason_required": N_("A reason is required"),
    "if_unapproved": N_("If it is not approved"),
    "on_behalf_of": N_("On behalf of"),
    "notify_before": N_("It must be told before it happens"),
    "report_by": N_("A report is due"),
    "public_from": N_("Published so many days after the last day of declaring"),
    "pay": N_("It may be kept for its value less the limit"),
    "also_register": N_("Earlier things of the same total must be declared too"),
    "part_may_be_kept": N_("The rest may be kept where a part is declined"),
    # settings of conditions
    "months": N_("Within how many months"),
    "leave_out": N_("Tags that do not count"),
    "leave_out_up_to": N_("Amounts up to this do not count"),
    "both_directions": N_("Received and given together"),
    "less_own_share": N_("Less what the person paid"),
    "period": N_("Period"),
    "first_month": N_("The year begins in month"),
    "leave_out_under": N_("Amounts less than this do not count"),
    "with_tax": N_("Tax counts"),
    "with_delivery": N_("Delivery counts"),
    "per_giver": N_("For each giver by themselves"),
    "per": N_("What belongs together"),
    "forms": N_("Only these forms count"),
    "whole": N_("The whole value counts, not each head’s share"),
    "stated": N_("Only what is of the same occasion, as named"),
    "order": N_("Ranks, the lowest first"),
    "first": N_("First day, as month and day"),
    "last": N_("Last day, as month and day"),
    "values": N_("Words"),
    "over": N_("More than"),
    "at_least": N_("At least"),
    "up_to": N_("At most"),
    "under": N_("Less than"),
    # conditions
    "value": N_("Its whole value"),
    "per_head": N_("Its value a head"),
    "occasion_total": N_("All of one day together"),
    "rolling_total": N_("All of the last months together"),
    "calendar_total": N_("All of the year or quarter together"),
    "count": N_("How many"),
    "trifle": N_("It is a trifle"),
    "country_limit": N_("Its value a head, beside the limit of the country"),
    "own_share": N_("What the person paid of it"),
    "own_cost": N_("Each pays for themselves"),
    "heads": N_("How many share it"),
    "rank": N_("The person’s rank"),
    "role": N_("The person’s role is one of"),
    "unit": N_("The person’s unit is one of"),
    "company_country": N_("The company’s country is one of"),
    "counterparty_group": N_("The other side’s group is one of"),
    "counterparty_country": N_("The other side’s country is one of"),
    "meal": N_("The meal is one of"),
    "profession": N_("The guest’s profession is one of"),
    "occasion": N_("The occasion is one of"),
    "season": N_("It happens between two days of the year"),
    "disposition": N_("What became of it is one of"),
    "exempt": N_("It bears one of these tags"),
    "quiet_period": N_("A tender’s quiet period runs"),
    "interested_party": N_("The other side is an interested party"),
    "impermissible_giver": N_("The giver may not give"),
    "joint": N_("It is a joint gift"),
    "joint_givers": N_("Several give it together"),
    "separable": N_("It can be taken apart"),
    "percent": N_("Share of ownership in percent"),
    "counterparty_class": N_("The other side is one of"),
    "interest_in": N_("It is an interest in one of"),
    "form": N_("It is one of"),
    "kind": N_("Its kind is one of"),
    "direction": N_("Its direction is one of"),
    "country": N_("It happens in one of these countries"),
    "travel_class": N_("The travel class is one of"),
    "filed_late": N_("It is declared late"),
    "official": N_("A public official is involved"),
    "political": N_("It is political"),
    "antisocial": N_("The other side is antisocial"),
    "host_absent": N_("Nobody of the inviting side is there"),
    "value_unknown": N_("Its value is not known"),
    "company_donation": N_("The company donates or sponsors"),
    "close_relation": N_("A close relation decides on the other side"),
    "solicited": N_("It was asked for"),
    "family": N_("Family benefits"),
    "companion": N_("A companion comes along"),
    "in_future": N_("It lies ahead"),
    "standing": N_("It is a standing interest"),
    "concerns_manager": N_("It concerns the person’s own manager"),
    "wants_advice": N_("Advice is asked for"),
    # languages
    "en": N_("English"),
    "da": N_("Danish"),
    "ja": N_("Japanese"),
    # kinds and reviews, as keys
    **LABELS["kind"],
    "manager": N_("Manager"),
    "compliance": N_("Compliance"),
    "executive": N_("Executive reviewer"),
}

OPERATORS: Mapping[str, str] = {
    "over": N_("more than"),
    "at_least": N_("at least"),
    "up_to": N_("at most"),
    "under": N_("less than"),
}

AMEND: Mapping[str, str] = {
    "fixed": N_("Nothing: it is the same everywhere"),
    "may_tighten": N_("Make it stricter"),
    "may_replace": N_("Put its own in its place"),
}

HINTS: Mapping[str, str] = {
    "source": N_("A link or a document, where it restates outside law."),
    "id": N_("Small letters and hyphens, such as dk-meals. It stays the same through all versions."),
    "clause": N_("The number people cite, such as 3.1 or DK 1."),
    "directions": N_("None chosen means both."),
    "classes": N_("Each class with its words, separated by commas. Leave a line empty to take it away."),
    "effective_from": N_("The resolution of the board settles it in the end."),
}


def called(key: str) -> str:
    """The reader's words for a key; one that is not known here is shown as it is written, spaced."""
    known = KEYS.get(key)
    return _(known) if known else key.replace("_", " ").capitalize()


def hint(key: str) -> str:
    """What a form says under a label; empty where the label says it all."""
    return _(HINTS[key]) if key in HINTS else ""


def route_words(route: Route) -> str:
    """An outcome in a few words: who decides, or what it is."""
    if route.reviews and route.outcome is not Outcome.PROHIBITED:
        return " + ".join(label("review", review.slug) for review in route.reviews)
    return label("outcome", route.outcome)
