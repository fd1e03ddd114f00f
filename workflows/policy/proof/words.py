"""A counter-example said to people: what could be declared, where it would go, and what the Code asks for."""

from collections.abc import Iterable

from workflows.facts import Facts
from workflows.money import Money
from workflows.policy.assessment import Assessment
from workflows.policy.proof.witness import Witness
from workflows.policy.sentences import Sentence, joined
from workflows.words import N_, Direction, Kind, Outcome, Review

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


def told(witness: Witness) -> Sentence:
    """The sentence for `witness`, without a capital or a full stop."""
    thing = _thing(witness)
    lost = witness.lost
    if "outcome" not in lost and "reviews" not in lost:
        what = joined((Sentence(ASKED[name]) for name in lost), "%(one)s, %(other)s")
        return Sentence(N_("for %(thing)s this would no longer be asked: %(what)s"), thing=thing, what=what)
    return Sentence(N_("%(amended)s; %(code)s"), amended=_would(thing, witness.amended), code=_asks(witness.code))


def _would(thing: Sentence, amended: Assessment) -> Sentence:
    if amended.reviews and amended.outcome is not Outcome.PROHIBITED:
        return Sentence(N_("%(thing)s would go to %(whom)s"), thing=thing, whom=_reviewers(amended.reviews))
    sentence = {
        Outcome.NO_DECLARATION: N_("%(thing)s would need no declaration"),
        Outcome.RECORD: N_("%(thing)s would only be recorded"),
    }.get(amended.outcome, N_("%(thing)s would be prohibited"))
    return Sentence(sentence, thing=thing)


def _asks(code: Assessment) -> Sentence:
    if code.reviews and code.outcome is not Outcome.PROHIBITED:
        return Sentence(N_("the Code asks for %(whom)s"), whom=_reviewers(code.reviews))
    return Sentence(
        {
            Outcome.RECORD: N_("the Code has it recorded"),
            Outcome.PROHIBITED: N_("the Code forbids it"),
        }.get(code.outcome, N_("the Code sends it back until its value is stated"))
    )


def _reviewers(reviews: Iterable[Review]) -> Sentence:
    return joined((Sentence(DECIDES[review]) for review in sorted(reviews)), N_("%(one)s and %(other)s"))


def _thing(witness: Witness) -> Sentence:
    facts = witness.facts
    thing = Sentence(THING[facts.kind])
    if facts.value is not None and facts.kind not in (Kind.INTEREST, Kind.CONFLICT):
        thing = Sentence(N_("%(thing)s of %(amount)s"), thing=thing, amount=facts.value)
    elif facts.value is None and facts.kind not in (Kind.INTEREST, Kind.CONFLICT):
        thing = Sentence(N_("%(thing)s of unknown value"), thing=thing)
    if facts.form:
        thing = Sentence(N_("%(thing)s (%(form)s)"), thing=thing, form=facts.form)
    thing = _with_whom(thing, facts)
    for sentence, values in _details(witness):
        thing = Sentence(sentence, thing=thing, **values)
    return thing


def _with_whom(thing: Sentence, facts: Facts) -> Sentence:
    known = WHO.get(facts.counterparty_class)
    whom = Sentence(known) if known else Sentence(N_("somebody of the class %(word)s"), word=facts.counterparty_class)
    if known == "":
        plain = {Direction.RECEIVED: N_("%(thing)s received"), Direction.GIVEN: N_("%(thing)s given")}
        return Sentence(plain[facts.direction], thing=thing) if facts.direction else thing
    sentence = {
        Direction.RECEIVED: N_("%(thing)s received from %(whom)s"),
        Direction.GIVEN: N_("%(thing)s given to %(whom)s"),
        None: N_("%(thing)s with %(whom)s"),
    }[facts.direction]
    return Sentence(sentence, thing=thing, whom=whom)


def _details(witness: Witness) -> Iterable[tuple[str, dict[str, object]]]:
    """What else about the thing is out of the usual."""
    facts, items = witness.facts, witness.items
    if facts.heads > 1:
        yield N_("%(thing)s, shared by %(number)s"), {"number": facts.heads}
    if facts.givers > 1:
        yield N_("%(thing)s, given jointly by %(number)s"), {"number": facts.givers}
    if facts.own_share:
        yield N_("%(thing)s, of which the declarant paid %(amount)s"), {"amount": facts.own_share}
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
                {"number": len(items), "amount": together},
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
