"""A counter-example said to people: what could be declared, where it would go, and what the Code asks for."""

from collections.abc import Callable, Iterable

from workflows.facts import Facts
from workflows.money import Money, exponent
from workflows.policy.assessment import Assessment
from workflows.policy.prove_witness import Witness
from workflows.words import N_, Direction, Kind, Outcome, Review

Say = Callable[[str], str]

THING = {
    Kind.GIFT: N_("a gift"),
    Kind.ENTERTAINMENT: N_("entertainment"),
    Kind.TRAVEL: N_("a trip"),
    Kind.INTEREST: N_("an outside interest"),
    Kind.CONFLICT: N_("a conflict of interest"),
    Kind.DONATION: N_("a donation"),
}
WHO = {
    "partner": N_("a business partner"),
    "supplier": N_("a supplier"),
    "customer": N_("a customer"),
    "competitor": N_("a competitor"),
    "public_official": N_("a public official"),
    "bidder": N_("a bidder"),
    "charity": N_("a charity"),
    "political": N_("a political party"),
    "private_person": N_("a private person"),
    "antisocial": N_("an antisocial organisation"),
    "unknown": "",
}
DECIDES = {Review.MANAGER: N_("the manager"), Review.COMPLIANCE: N_("compliance"), Review.EXECUTIVE: N_("an executive reviewer")}
ASKED = {
    "beforehand": N_("asking beforehand"),
    "reason_required": N_("a reason"),
    "if_unapproved": N_("the same answer while nobody has approved"),
    "on_behalf_of": N_("acting for the organisation"),
    "notify_before": N_("notice beforehand"),
    "report_by": N_("a report by the same day"),
    "public_from": N_("publication from the same day"),
    "also_register": N_("registering the earlier things"),
}


def plain_amount(money: Money) -> str:
    """Money as "DKK 501" or "DKK 560.01"."""
    whole = money.minor % 10 ** exponent(money.currency) == 0
    return f"{money.currency} {money.amount:.0f}" if whole else f"{money.currency} {money.amount}"


def told(witness: Witness, say: Say = str, amount: Callable[[Money], str] = plain_amount) -> str:
    """The sentence for `witness`, without a capital or a full stop; `say` translates its parts, `amount` writes money."""
    thing = _thing(witness, say, amount)
    lost = witness.lost
    if "outcome" not in lost and "reviews" not in lost:
        what = ", ".join(say(ASKED[name]) for name in lost)
        return say(N_("for %(thing)s this would no longer be asked: %(what)s")) % {"thing": thing, "what": what}
    return say(N_("%(amended)s; %(code)s")) % {"amended": _would(thing, witness.amended, say), "code": _asks(witness.code, say)}


def _would(thing: str, amended: Assessment, say: Say) -> str:
    if amended.reviews and amended.outcome is not Outcome.PROHIBITED:
        return say(N_("%(thing)s would go to %(whom)s")) % {"thing": thing, "whom": _reviewers(amended.reviews, say)}
    sentence = {
        Outcome.NO_DECLARATION: N_("%(thing)s would need no declaration"),
        Outcome.RECORD: N_("%(thing)s would only be recorded"),
    }.get(amended.outcome, N_("%(thing)s would be prohibited"))
    return say(sentence) % {"thing": thing}


def _asks(code: Assessment, say: Say) -> str:
    if code.reviews and code.outcome is not Outcome.PROHIBITED:
        return say(N_("the Code asks for %(whom)s")) % {"whom": _reviewers(code.reviews, say)}
    return say(
        {
            Outcome.RECORD: N_("the Code has it recorded"),
            Outcome.PROHIBITED: N_("the Code forbids it"),
        }.get(code.outcome, N_("the Code sends it back until its value is stated"))
    )


def _reviewers(reviews: Iterable[Review], say: Say) -> str:
    first, *more = [say(DECIDES[review]) for review in sorted(reviews)]
    for other in more:
        first = say(N_("%(one)s and %(other)s")) % {"one": first, "other": other}
    return first


def _thing(witness: Witness, say: Say, amount: Callable[[Money], str]) -> str:
    facts = witness.facts
    thing = say(THING[facts.kind])
    if facts.value is not None and facts.kind not in (Kind.INTEREST, Kind.CONFLICT):
        thing = say(N_("%(thing)s of %(amount)s")) % {"thing": thing, "amount": amount(facts.value)}
    elif facts.value is None and facts.kind not in (Kind.INTEREST, Kind.CONFLICT):
        thing = say(N_("%(thing)s of unknown value")) % {"thing": thing}
    if facts.form:
        thing = say(N_("%(thing)s (%(form)s)")) % {"thing": thing, "form": facts.form}
    thing = _with_whom(thing, facts, say)
    for sentence, values in _details(witness, amount):
        thing = say(sentence) % {"thing": thing, **values}
    return thing


def _with_whom(thing: str, facts: Facts, say: Say) -> str:
    known = WHO.get(facts.counterparty_class)
    whom = say(known) if known else say(N_("somebody of the class %(word)s")) % {"word": facts.counterparty_class}
    if known == "":
        plain = {Direction.RECEIVED: N_("%(thing)s received"), Direction.GIVEN: N_("%(thing)s given")}
        return say(plain[facts.direction]) % {"thing": thing} if facts.direction else thing
    sentence = {
        Direction.RECEIVED: N_("%(thing)s received from %(whom)s"),
        Direction.GIVEN: N_("%(thing)s given to %(whom)s"),
        None: N_("%(thing)s with %(whom)s"),
    }[facts.direction]
    return say(sentence) % {"thing": thing, "whom": whom}


def _details(witness: Witness, amount: Callable[[Money], str]) -> Iterable[tuple[str, dict[str, object]]]:
    """What else about the thing is out of the usual."""
    facts, items = witness.facts, witness.items
    if facts.heads > 1:
        yield N_("%(thing)s, shared by %(number)s"), {"number": facts.heads}
    if facts.givers > 1:
        yield N_("%(thing)s, given jointly by %(number)s"), {"number": facts.givers}
    if facts.own_share:
        yield N_("%(thing)s, of which the declarant paid %(amount)s"), {"amount": amount(facts.own_share)}
    for sentence, applies in {
        N_("%(thing)s, with a public official among those who benefit"): facts.officials > 0,
        N_("%(thing)s, for a political cause"): facts.political,
        N_("%(thing)s, without a host"): facts.host_present is False,
        N_("%(thing)s, with a companion"): facts.companion,
        N_("%(thing)s, for a relation"): facts.family,
        N_("%(thing)s, asked for"): facts.solicited,
        N_("%(thing)s, where a close relation decides"): facts.close_relation,
        N_("%(thing)s, about the manager"): facts.concerns_manager,
        N_("%(thing)s, for advice only"): facts.wants_advice,
        N_("%(thing)s, still to come"): facts.in_future(),
        N_("%(thing)s, during a tender"): bool(facts.quiet_periods),
        N_("%(thing)s, from an interested party"): facts.interested_party,
        N_("%(thing)s, from a giver who may not give"): facts.permissible_giver is False,
        N_("%(thing)s, for the group as a whole"): facts.joint,
    }.items():
        if applies:
            yield sentence, {}
    yield from _stated(facts)
    if items:
        worth = [item.value for item in items if item.value is not None]
        if worth and len({money.currency for money in worth}) == 1:
            together = Money(sum(money.minor for money in worth), worth[0].currency)
            yield (
                N_("%(thing)s, after %(number)s earlier of %(amount)s in all"),
                {"number": len(items), "amount": amount(together)},
            )
        else:
            yield N_("%(thing)s, after %(number)s earlier"), {"number": len(items)}


def _stated(facts: Facts) -> Iterable[tuple[str, dict[str, object]]]:
    """Answers that are words of the declarant's own, days and shares."""
    if facts.filed_on > (facts.occurred_on or facts.filed_on):
        days = (facts.filed_on - (facts.occurred_on or facts.filed_on)).days
        yield N_("%(thing)s, declared %(days)s days after"), {"days": days}
    if facts.percent_hundredths is not None:
        yield N_("%(thing)s, a share of %(percent)s percent"), {"percent": f"{facts.percent_hundredths / 100:g}"}
    said = [facts.country, facts.travel_class, facts.meal, facts.profession, facts.occasion, facts.rank, facts.role, facts.unit]
    said += [facts.counterparty_group, facts.counterparty_country, *sorted(facts.exempt)]
    words = [word for word in said if word]
    if words:
        yield N_("%(thing)s (%(form)s)"), {"form": ", ".join(words)}
