"""The everyday of eighteen months: gifts, dinners, trips and interests as such a group really declares them, out of a fixed chance."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from math import exp
from random import Random

from declarations.demo.firms import Firm, charity, passing, regular
from declarations.demo.people import COMPANIES, PersonPlan, everyone
from declarations.demo.scene import Ending, Scene
from workflows.words import CounterpartyClass, Direction, Kind

DAYS = 547  # eighteen months
_RATE = {"EUR": 1.0, "DKK": 7.46, "JPY": 163.0, "PLN": 4.3}
_ROUND = {"EUR": 1, "DKK": 5, "JPY": 100, "PLN": 5}
_KINDS = {Kind.GIFT: 45, Kind.ENTERTAINMENT: 33, Kind.TRAVEL: 8, Kind.INTEREST: 6, Kind.DONATION: 5, Kind.CONFLICT: 3}
_KEEN = {
    "Sales": 4,
    "Public sector": 2,
    "Delivery": 2,
    "Procurement": 3,
    "Cloud operations": 2,
    "Consulting": 2,
    "Communications": 2,
}

_GIFTS = (
    ("A bottle of olive oil", "thing", 24),
    ("A box of chocolates", "thing", 22),
    ("Two bottles of red wine", "thing", 42),
    ("A wine hamper", "thing", 85),
    ("A fountain pen", "thing", 75),
    ("A power bank with their logo", "promotional", 18),
    ("A rucksack with their logo", "promotional", 38),
    ("A book about the harbour", "thing", 32),
    ("Flowers", "thing", 35),
    ("A calendar and a mug", "promotional", 14),
    ("A cheese basket", "thing", 58),
    ("A tin of green tea", "thing", 28),
    ("Headphones", "thing", 140),
    ("A whisky in a wooden box", "thing", 95),
    ("A gift card for a book shop", "gift_card", 40),
    ("A set of kitchen knives", "thing", 190),
)
_OCCASIONS = ("Christmas", "The end of the project", "A birthday", "Their anniversary", "New Year", "A visit")
_MEALS = (
    ("Lunch after the steering meeting", "meal", 34),
    ("Dinner at the quarterly review", "meal", 62),
    ("Lunch at their office", "meal", 22),
    ("Dinner with the project team", "meal", 70),
    ("Breakfast seminar", "refreshments", 15),
    ("Dinner at the trade fair", "meal", 88),
    ("Tickets to a handball match", "ticket", 65),
    ("A summer concert", "event", 95),
    ("A day of sailing", "event", 160),
    ("A theatre evening", "event", 80),
    ("A football match in their box", "ticket", 290),
)
_TRIPS = (
    ("Lisbon, user conference", 2, "economy", 780),
    ("Hamburg, factory visit", 1, "ground", 260),
    ("Gdańsk, product days", 2, "economy", 540),
    ("Osaka, partner summit", 3, "premium", 1900),
    ("Malmö, reference visit", 0, "ground", 60),
    ("Vienna, roadmap workshop", 2, "economy", 690),
)
_INTERESTS = (
    ("job", "Evening teacher at the business school", "private_person"),
    ("directorship", "Treasurer of the housing association", "partner"),
    ("advisory", "Adviser to a young software firm", "partner"),
    ("ownership", "", "competitor"),
    ("public_office", "Member of the town council", "public_official"),
    ("relation", "", "supplier"),
    ("job", "Coach at the rowing club", "charity"),
)
_CONFLICTS = (
    ("The choice of a new caterer", "I collect the offers", "My cousin cooks there", "A colleague compares the offers instead"),
    ("Hiring a consultant", "I sit in the interviews", "We studied together", "I leave that interview to my manager"),
    ("Renewing a software licence", "I know the price and the terms", "A friend sells it", "I hand the renewal to the buyers"),
)
_GIVEN = (
    ("Laptops we no longer use", "donation"),
    ("Shirts for the youth team", "sponsorship"),
    ("A stand at the fair", "sponsorship"),
)
_PURPOSES = (
    "To get to know the new team",
    "To talk about next year's plan",
    "To end the project well",
    "To thank them for the visit",
)
_NOS = ("It is too much for this occasion.", "We are about to renew their contract.", "Please give it back with thanks.")
_QUESTIONS = ("Who else was there?", "What was the occasion?", "How did you arrive at the value?")
_TERMS = (
    "Take no part in choosing this supplier until the contract is signed.",
    "Pay your own journey.",
    "Share it with the team.",
)


def scenes(chance: Random, today: date, number: int, rates_until: date) -> list[Scene]:
    """`number` ordinary declarations with events on the days up to `today`.

    Now and then an amount is in euro although the company counts in something else, as long as there are rates (`rates_until`).
    """
    people = [person for person in everyone() if person.unit != "Board"]
    keen = [_KEEN.get(person.unit, 1) for person in people]
    made: list[Scene] = []
    while len(made) < number:
        person = chance.choices(people, keen)[0]
        day = today - timedelta(days=round(DAYS * chance.random() ** 1.15))
        if day.month not in (1, 12) and chance.random() < 0.12:
            continue  # more is given around the turn of the year
        kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
        scene = _WRITERS[kind](chance, person, day, today)
        made.append(_in_euro(scene) if chance.random() < 0.05 and day < rates_until - timedelta(days=60) else scene)
    return made


def _in_euro(scene: Scene) -> Scene:
    currency = scene.typed.get("worth_currency", "EUR")
    if currency == "EUR" or "own_share" in scene.typed or scene.ending is Ending.CORRECT:
        return scene
    euros = max(1, round(int(scene.typed["worth"]) / _RATE[currency]))
    return replace(scene, typed={**scene.typed, "worth": str(euros), "worth_currency": "EUR"})


def _home(person: PersonPlan) -> tuple[str, str]:
    company = next(one for one in COMPANIES if one.key == person.company)
    return company.country, company.currency


def worth(euros: float, currency: str) -> dict[str, str]:
    """The amount as it is typed into the form, in round figures of the currency."""
    step = _ROUND[currency]
    return {"worth": str(max(step, round(euros * _RATE[currency] / step) * step)), "worth_currency": currency}


def _scatter(chance: Random, usual: float, spread: float = 0.45) -> float:
    return usual * exp(chance.gauss(0, spread))


def _filed(chance: Random, day: date, today: date) -> date:
    """Most within two weeks, one in six too late."""
    late = chance.random() < 0.16
    delay = chance.randint(32, 80) if late else min(20, int(chance.expovariate(1 / 6)))
    return min(today, day + timedelta(days=delay))


def _firm(chance: Random, person: PersonPlan) -> Firm:
    country, _ = _home(person)
    return regular(chance, country) if chance.random() < 0.7 else passing(chance, country)


def _gone_on(chance: Random, scene: Scene) -> Scene:
    """The scene with what becomes of it: mostly approved within days, sometimes not, sometimes late."""
    ending = chance.choices(
        (Ending.APPROVE, Ending.CONDITIONS, Ending.REFUSE, Ending.ASK, Ending.ESCALATE, Ending.WITHDRAW, Ending.CORRECT),
        (76, 7, 5, 5, 2, 3, 2),
    )[0]
    after = chance.uniform(4, 8) if chance.random() < 0.07 else chance.uniform(0.1, 2.6)
    if ending is Ending.CORRECT and "worth" not in scene.typed:
        ending = Ending.APPROVE
    reasons = {
        Ending.REFUSE: chance.choice(_NOS),
        Ending.ASK: chance.choice(_QUESTIONS),
        Ending.ESCALATE: "I would rather have compliance look at this one.",
    }
    return replace(
        scene,
        ending=ending,
        after=after,
        reason=reasons.get(ending, ""),
        told=chance.choice(("return_it", "hand_it_over", "decline_it")),
        conditions=(chance.choice(_TERMS),) if ending is Ending.CONDITIONS else (),
        then=_corrected(scene.typed) if ending is Ending.CORRECT else {},
    )


def _corrected(typed: Mapping[str, str]) -> dict[str, str]:
    return {"worth": str(int(typed["worth"]) + _ROUND[typed["worth_currency"]])}


def _gift(chance: Random, person: PersonPlan, day: date, today: date) -> Scene:
    what, form, euros = chance.choice(_GIFTS)
    _, currency = _home(person)
    firm = _firm(chance, person)
    typed = {"what": what, "form": form, "occurred_on": day.isoformat(), **worth(_scatter(chance, euros), currency)}
    given = chance.random() < 0.22
    if chance.random() < 0.08:
        typed |= {"unsure": "yes", "method": "The price of something like it in a shop"}
    if given:
        typed |= {
            "became_given": "kept",
            "received_by": "Their project lead",
            "purpose": chance.choice(_PURPOSES),
            "official": "no",
        }
        if firm.class_ == CounterpartyClass.PUBLIC_OFFICIAL:
            typed |= {"official": "yes", "officials": "1", "officials_who": "A head of section"}
    else:
        became = chance.choices(("kept", "shared", "surrendered", "returned", "declined"), (52, 30, 6, 6, 6))[0]
        typed |= {"became": became} | ({"heads": str(chance.randint(2, 9))} if became == "shared" else {})
        if firm.class_ == CounterpartyClass.PUBLIC_OFFICIAL:
            typed["official_who"] = "The office of the mayor"
    if chance.random() < 0.5:
        typed["occasion"] = "Christmas" if day.month == 12 else chance.choice(_OCCASIONS)
    direction = Direction.GIVEN if given else Direction.RECEIVED
    return _gone_on(chance, Scene(person.name, Kind.GIFT, firm, _filed(chance, day, today), typed, direction))


def _meal(chance: Random, person: PersonPlan, day: date, today: date) -> Scene:
    what, form, euros = chance.choice(_MEALS)
    _, currency = _home(person)
    firm = _firm(chance, person)
    given = chance.random() < 0.35
    heads = chance.randint(2, 12)
    official = firm.class_ == CounterpartyClass.PUBLIC_OFFICIAL
    typed = {
        "what": what,
        "form": form,
        "occurred_on": day.isoformat(),
        **worth(_scatter(chance, euros, 0.35), currency),
        "worth_of": "head",
        "heads": str(heads),
        "present": f"{firm.name}: {heads // 2} of them\n{person.name} and the team",
        "official": "yes" if official else "no",
        "host_present": "no" if not given and chance.random() < 0.05 else "yes",
        "companion": "no",
        "purpose": chance.choice(_PURPOSES),
    }
    if official:
        typed |= {"officials": str(max(1, heads // 2)), "officials_who": "Two heads of section"}
    before = form in ("event", "ticket") or official or chance.random() < 0.2
    filed = day - timedelta(days=chance.randint(3, 20)) if before else _filed(chance, day, today)
    if not given:
        typed["went"] = "declined" if chance.random() < 0.06 else "yes"
    direction = Direction.GIVEN if given else Direction.RECEIVED
    return _gone_on(chance, Scene(person.name, Kind.ENTERTAINMENT, firm, min(filed, today), typed, direction))


def _trip(chance: Random, person: PersonPlan, day: date, today: date) -> Scene:
    destination, nights, how, euros = chance.choice(_TRIPS)
    _, currency = _home(person)
    typed = {
        "payer": chance.choice(("them", "them", "both")),
        "destination": destination,
        "occurred_on": day.isoformat(),
        "nights": str(nights),
        "travel_class": how,
        **worth(_scatter(chance, euros, 0.25), currency),
        "companion": "no",
        "going": "yes",
        "purpose": "To see how others use it",
    }
    if typed["payer"] == "both":
        typed |= {"own_share": str(int(int(typed["worth"]) * 0.4)), "own_share_currency": currency}
    filed = day - timedelta(days=chance.randint(6, 35)) if chance.random() < 0.8 else _filed(chance, day, today)
    return _gone_on(chance, Scene(person.name, Kind.TRAVEL, _firm(chance, person), min(filed, today), typed))


def _interest(chance: Random, person: PersonPlan, day: date, today: date) -> Scene:
    form, role, class_ = chance.choice(_INTERESTS)
    country, _ = _home(person)
    firm = Firm(f"{passing(chance, country).name}", class_, country)
    typed = {"form": form, "occurred_on": (day - timedelta(days=chance.randint(0, 400))).isoformat(), "touches": "no"}
    if form == "ownership":
        typed["percent"] = str(chance.choice((1, 2, 5, 12, 30)))
    elif form == "relation":
        typed |= {"relation_who": "My wife", "relation_what": "She works in their accounts"}
    else:
        typed |= {"role": role, "paid": chance.choice(("yes", "no")), "hours": str(chance.randint(4, 20))}
    scene = _gone_on(chance, Scene(person.name, Kind.INTEREST, firm, day, typed))
    over = chance.random() < 0.2 and today - day > timedelta(days=120)
    return replace(scene, ending=Ending.END) if over else scene


def _conflict(chance: Random, person: PersonPlan, day: date, today: date) -> Scene:
    decision, part, who, proposal = chance.choice(_CONFLICTS)
    advice = chance.random() < 0.3
    typed = {
        "decision": decision,
        "part": part,
        "relation": chance.choice(("friend", "family", "former")),
        "relation_who": who,
        "concerns_manager": "no",
        "occurred_on": day.isoformat(),
        "wants": "advice" if advice else "approval",
    }
    if not advice:
        typed["proposal"] = proposal
    scene = _gone_on(chance, Scene(person.name, Kind.CONFLICT, _firm(chance, person), day, typed))
    words = "Tell the others in the team, and let somebody else decide."
    return replace(scene, ending=Ending.ADVISE, reason=words) if advice else scene


def _donation(chance: Random, person: PersonPlan, day: date, today: date) -> Scene:
    what, form = chance.choice(_GIVEN)
    country, currency = _home(person)
    typed = {
        "form": form,
        "what": what,
        **worth(100 * chance.choice((2, 3, 5, 5, 10, 10, 20, 40)), currency),
        "occurred_on": day.isoformat(),
        "cause": "Young people near our office",
        "political": "no",
        "official": "no",
        "contract": "no",
    }
    if form == "sponsorship":
        typed["in_return"] = "Our name on the programme"
    filed = min(today, day - timedelta(days=chance.randint(5, 30)))
    return _gone_on(chance, Scene(person.name, Kind.DONATION, charity(chance, country), filed, typed, Direction.GIVEN))


_WRITERS: Mapping[Kind, Callable[[Random, PersonPlan, date, date], Scene]] = {
    Kind.GIFT: _gift,
    Kind.ENTERTAINMENT: _meal,
    Kind.TRAVEL: _trip,
    Kind.INTEREST: _interest,
    Kind.CONFLICT: _conflict,
    Kind.DONATION: _donation,
}
