"""The scenes the demo is about: a split gift, three spellings, a tender, a manager named, officials at dinner, a full queue."""

from datetime import date, timedelta

from declarations.demo.firms import Firm
from declarations.demo.scene import Ending, Scene
from workflows.words import CounterpartyClass as C
from workflows.words import Direction, Kind

SONS = Firm("Osterman & Sons", C.SUPPLIER, "DK")
LINKED = (SONS.name, "Osterman A/S", "The same address and the same account on their invoices.")  # who is whom, and why
LINKED_DAYS_AGO = 72
TENDER_DAYS_AGO = 55  # when compliance enters it, some days after it began

IN, OUT = Direction.RECEIVED, Direction.GIVEN

ACME = Firm("Acme Nordic ApS", C.CUSTOMER, "DK", "31427755")
OSTERMAN = Firm("Osterman A/S", C.SUPPLIER, "DK", "22093847")
VESTERMARK = Firm("City of Vestermark", C.PUBLIC_OFFICIAL, "DK")
NORDWIND = Firm("Nordwind Media AG", C.CUSTOMER, "DE", "HRB 40177")
KESTREL = Firm("Kestrel Logistics GmbH", C.SUPPLIER, "DE", "HRB 88213")
STRATUS = Firm("Stratus Nord A/S", C.BIDDER, "DK", "39120745")
TALLGRASS = Firm("Tallgrass Analytics", C.PARTNER, "DE")
HALDEN = Firm("Halden Foods plc", C.CUSTOMER, "DK", "40912266")


def told(today: date) -> list[Scene]:
    """All of them; days are counted back from `today`."""
    return [
        *_close_to_a_limit(today),
        *_split(today),
        *_three_spellings(today),
        *_linked(today),
        *_tender(today),
        *_about_a_manager(today),
        *_officials(today),
        *_never_allowed(today),
        *_higher_up(today),
        *_full_queue(today),
        *_later_than_promised(today),
    ]


def back(today: date, days: int) -> date:
    """The working day (Monday to Friday) `days` calendar days before, or the Friday before that."""
    day = today - timedelta(days=days)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _gift(
    who: str, firm: Firm, filed: date, what: str, amount: int, currency: str = "DKK", *, days: int = 1, **more: object
) -> Scene:
    """A gift received `days` before it was declared and, unless `typed` says otherwise, kept."""
    typed = {
        "what": what,
        "form": "thing",
        "worth": str(amount),
        "worth_currency": currency,
        "occurred_on": (filed - timedelta(days=days)).isoformat(),
        "became": "kept",
    } | dict(more.pop("typed", {}))  # type: ignore[call-overload]
    return Scene(who, Kind.GIFT, firm, filed, typed, IN, **more)  # type: ignore[arg-type]


def _outing(
    who: str,
    firm: Firm,
    filed: date,
    on: date,
    what: str,
    form: str,
    a_head: int,
    heads: int,
    currency: str = "DKK",
    direction: Direction = IN,
    **more: object,
) -> Scene:
    """A meal or event on day `on`."""
    typed = {
        "what": what,
        "form": form,
        "occurred_on": on.isoformat(),
        "worth": str(a_head),
        "worth_currency": currency,
        "worth_of": "head",
        "heads": str(heads),
        "present": f"{firm.name}, {_several(heads - 1)}\n{who}",
        "official": "no",
        "host_present": "yes",
        "companion": "no",
        "purpose": "To talk about next year",
    } | dict(more.pop("typed", {}))  # type: ignore[call-overload]
    if direction is IN:
        typed.setdefault("went", "yes")
    return Scene(who, Kind.ENTERTAINMENT, firm, filed, typed, direction, **more)  # type: ignore[arg-type]


def _several(people: int) -> str:
    return "1 person" if people == 1 else f"{people} people"


def _close_to_a_limit(today: date) -> list[Scene]:
    """Amalie and Acme: a year of small things that nearly make the yearly limit."""
    a = "Amalie Thorsen"
    return [
        _gift(a, ACME, back(today, 300), "Tickets to the zoo for my children", 440, typed={"form": "ticket", "became": "family",
              "family_who": "My two children"}),
        _outing(a, ACME, back(today, 204), back(today, 208), "Dinner after the signing", "meal", 430, 6),
        _gift(a, ACME, back(today, 120), "Two bottles of red wine", 395),
        _outing(a, ACME, back(today, 61), back(today, 65), "Lunch at their new warehouse", "meal", 260, 4),
        _gift(a, ACME, back(today, 12), "A box of lamps from their range", 480),
        _outing("Jonas Weber", TALLGRASS, back(today, 150), back(today, 153), "Dinner at the trade fair", "meal", 540, 5),
        _gift("Jonas Weber", TALLGRASS, back(today, 90), "Headphones", 890),
        _outing("Jonas Weber", TALLGRASS, back(today, 30), back(today, 34), "Dinner with their analysts", "meal", 410, 8),
        _gift("Lena Hartwig", NORDWIND, back(today, 40), "A signed print", 140, "EUR"),
        _outing("Lena Hartwig", NORDWIND, back(today, 22), back(today, 25), "Evening at the film festival", "event", 115, 2, "EUR"),
    ]  # fmt: skip


def _split(today: date) -> list[Scene]:
    """Five gifts just under the limit in six weeks; the fifth lifts the year's total over the line."""
    f = "Frederik Mølgaard"
    parts = ((44, "A hamper, first part", 485), (34, "A hamper, second part", 490), (24, "A case of wine", 480),
             (13, "Cheese to go with the wine", 495))  # fmt: skip
    small = [_gift(f, OSTERMAN, back(today, days), what, amount) for days, what, amount in parts]
    return [*small, _gift(f, OSTERMAN, back(today, 4), "Glasses to go with it all", 498, ending=Ending.HALF, after=0.8)]


def _three_spellings(today: date) -> list[Scene]:
    """Kestrel is written three ways; nobody notices that together they are one giver."""
    second = Firm("Kestrel Logistic", C.SUPPLIER, "DE")
    third = Firm("KESTREL Logistics GmbH & Co. KG", C.SUPPLIER, "DE")
    return [
        _gift("Paul Steiner", KESTREL, back(today, 140), "A model of a container ship", 66, "EUR"),
        _gift("Paul Steiner", second, back(today, 75), "A wine hamper", 64, "EUR"),
        _gift("Paul Steiner", third, back(today, 20), "A case of Riesling", 65, "EUR"),
        _outing("Sophie Klug", second, back(today, 60), back(today, 63), "Dinner by the canal", "meal", 58, 4, "EUR"),
        _outing("Murat Demir", third, back(today, 33), back(today, 36), "Dinner at the harbour", "meal", 71, 6, "EUR"),
        _gift("Ana Ruiz", KESTREL, back(today, 190), "A calendar and a mug", 150),
    ]


def _linked(today: date) -> list[Scene]:
    """Two spellings that group compliance has found to be one firm."""
    return [
        _gift("Karen Ravn", SONS, back(today, 210), "A box of lamps", 320),
        _outing("Anton Bisgaard", SONS, back(today, 130), back(today, 133), "Lunch at the harbour", "meal", 210, 3),
        _gift("Karen Ravn", OSTERMAN, back(today, 95), "A desk lamp", 410),
        _gift("Karen Ravn", SONS, back(today, 18), "A book about the harbour", 180),
    ]


def _tender(today: date) -> list[Scene]:
    """A hosting tender runs, and one of the bidders is generous."""
    sister = {
        "decision": "The choice of a new hosting supplier",
        "part": "I score the offers",
        "relation": "family",
        "relation_who": "My sister, who starts there in sales",
        "concerns_manager": "no",
        "occurred_on": back(today, 70).isoformat(),
        "wants": "approval",
        "proposal": "Nina Falk scores the offers, and I do not see them.",
    }
    return [
        _gift("Nina Falk", STRATUS, back(today, 66), "A wireless speaker", 640, ending=Ending.REFUSE, told="return_it",
              reason="They are bidding for our hosting. Please give it back with thanks."),
        _outing("Karen Ravn", STRATUS, back(today, 58), back(today, 51), "Tickets to the ice hockey final", "ticket", 900, 4,
                typed={"went": "declined"}),
        Scene("Priya Nair", Kind.CONFLICT, STRATUS, back(today, 64), sister, ending=Ending.CONDITIONS,
              conditions=("Nina Falk scores the offers of the tender.", "See no offer until the contract is signed.")),
        _outing("Nina Falk", STRATUS, back(today, 49), back(today, 44), "Lunch after the site visit", "meal", 180, 5,
                ending=Ending.REFUSE, told="decline_it", reason="Not while the tender is open. Please pay your own lunch."),
    ]  # fmt: skip


def _about_a_manager(today: date) -> list[Scene]:
    """Hanna names her own manager: it goes straight to compliance, and he never sees it."""
    return [
        Scene(
            "Hanna Koskela",
            Kind.CONFLICT,
            Firm("Lundqvist Kontorsmøbler", C.SUPPLIER, "DK"),
            back(today, 3),
            {
                "decision": "New chairs for the Copenhagen office",
                "part": "I compare the three offers",
                "relation": "other",
                "relation_who": "The firm belongs to my manager’s brother-in-law",
                "colleague": "lars-erik.nystrom@nordlys.example",
                "concerns_manager": "yes",
                "occurred_on": back(today, 9).isoformat(),
                "wants": "approval",
                "proposal": "Somebody outside procurement compares the offers with me.",
            },
            ending=Ending.WAIT,
        )
    ]


def _officials(today: date) -> list[Scene]:
    """Dinners with the city: asked before, with conditions; one refused, one waiting."""
    town = {"official": "yes", "officials": "2", "officials_who": "The head of IT\nThe head of purchasing"}
    conditions = ("No alcohol, and nothing above DKK 150 a head.", "Send the list of guests to compliance afterwards.")
    return [
        _outing("Malthe Brix", VESTERMARK, back(today, 96), back(today, 84), "Dinner with the city’s IT department", "meal", 240, 6,
                direction=OUT, typed=town, ending=Ending.CONDITIONS, conditions=conditions),
        _outing("Freja Skov", VESTERMARK, back(today, 47), back(today, 38), "Concert for the council’s anniversary", "event", 620, 4,
                direction=OUT, typed=town, ending=Ending.REFUSE, told="decline_it",
                reason="A concert is not business. Invite them to the workshop instead."),
        _outing("Ida Krogh", VESTERMARK, back(today, 2), today + timedelta(days=8), "Dinner at the digital summit", "meal", 310, 8,
                direction=OUT, typed=town, ending=Ending.WAIT),
    ]  # fmt: skip


def _never_allowed(today: date) -> list[Scene]:
    """What no approval can make right."""
    party = Firm("Borgerlisten Vestermark", C.POLITICAL, "DK")
    shady = Firm("Kuroda Kosan", C.ANTISOCIAL, "JP")
    donation = {
        "form": "donation", "what": "Money for the summer campaign", "worth": "500", "worth_currency": "EUR",
        "occurred_on": back(today, 150).isoformat(), "cause": "Local business policy", "political": "yes", "official": "no",
        "contract": "no",
    }  # fmt: skip
    return [
        Scene("Mikkel Dahl", Kind.DONATION, party, back(today, 160), donation, OUT, Ending.REFUSE, told="decline_it",
              reason="The company gives nothing to parties."),
        _gift("Kamil Borek", Firm("Bursztyn Software Sp. z o.o.", C.SUPPLIER, "PL", "0000290116"), back(today, 110),
              "An envelope with cash", 500, "PLN", typed={"form": "cash", "became": "surrendered"}, ending=Ending.REFUSE,
              told="return_it", reason="Cash is never accepted. Thank you for handing it in at once."),
        _gift("Hara Daichi", shady, back(today, 88), "A basket of fruit", 6000, "JPY", ending=Ending.REFUSE, told="return_it",
              reason="We have no dealings with them. Legal sends it back."),
    ]  # fmt: skip


def _higher_up(today: date) -> list[Scene]:
    """What compliance passes on, what the head herself declares, and what an officer of compliance declares."""
    trip = {
        "payer": "them", "destination": "Singapore, leaders’ forum", "occurred_on": (today + timedelta(days=40)).isoformat(),
        "nights": "4", "travel_class": "business", "worth": "4200", "worth_currency": "EUR", "companion": "yes",
        "companion_who": "My wife", "going": "yes", "purpose": "To speak on the panel",
    }  # fmt: skip
    return [
        Scene("Jürgen Adler", Kind.TRAVEL, Firm("Lindenhof Versicherung AG", C.CUSTOMER, "DE", "HRB 51900"), back(today, 8), trip,
              ending=Ending.UP, after=0.6, reason="He heads the company, and the customer is up for renewal."),
        _outing("Sofia Marklund", Firm("Brightwater Pensions", C.CUSTOMER, "DK"), back(today, 5), today + timedelta(days=16),
                "Opera gala, in their box", "event", 190, 2, "EUR", ending=Ending.WAIT),
        _gift("Signe Holm", Firm("Fjordline Facilities A/S", C.SUPPLIER, "DK"), back(today, 31), "A set of kitchen knives", 1240,
              after=0.5),
    ]  # fmt: skip


def _full_queue(today: date) -> list[Scene]:
    """What waits for Ben, some of it for Dee, who is away."""
    lisbon = {
        "payer": "them", "destination": "Lisbon, user conference", "occurred_on": (today + timedelta(days=24)).isoformat(),
        "nights": "1", "travel_class": "economy", "worth": "3820", "worth_currency": "DKK", "companion": "no", "going": "yes",
        "purpose": "To see the new release",
    }  # fmt: skip
    seat = {
        "form": "directorship", "role": "Member of the board", "paid": "yes", "hours": "10",
        "occurred_on": (today + timedelta(days=39)).isoformat(), "touches": "yes", "touches_what": "I run their service contract",
    }  # fmt: skip
    sister = {
        "decision": "Which freelancers to hire for the spring", "part": "I read the applications", "relation": "friend",
        "relation_who": "An old flatmate has applied", "concerns_manager": "no", "occurred_on": back(today, 2).isoformat(),
        "wants": "approval", "proposal": "Selma reads that application instead of me.",
    }  # fmt: skip
    box = _outing("Tomasz Lis", NORDWIND, back(today, 1), today + timedelta(days=1), "Two seats at the cup final", "ticket", 1190, 2,
                  ending=Ending.WAIT, prepared_by="Line Hjort")  # fmt: skip
    return [
        _gift("Ana Ruiz", KESTREL, back(today, 4), "A wine hamper", 597, ending=Ending.WAIT,
              typed={"occasion": "Thank you for the project"}),
        Scene("Jonas Weber", Kind.TRAVEL, Firm("Corvina Cloud A/S", C.SUPPLIER, "DK", "28840173"), back(today, 2), lisbon,
              ending=Ending.WAIT),
        _outing("Lærke Bach", TALLGRASS, back(today, 1), today + timedelta(days=3), "An evening at the jazz house", "event", 460, 2,
                ending=Ending.WAIT),
        _outing("Sara Lindholm", ACME, back(today, 1), back(today, 5), "Dinner after the trade fair", "meal", 515, 7,
                ending=Ending.WAIT),
        box,
        Scene("Priya Nair", Kind.INTEREST, HALDEN, back(today, 3), seat, ending=Ending.WAIT),
        _gift("Nina Falk", ACME, back(today, 1), "Two bottles of port", 620, ending=Ending.WAIT),
        Scene("Asger Toft", Kind.CONFLICT, None, back(today, 2), sister, ending=Ending.WAIT),
        _gift("Selma Yildiz", HALDEN, back(today, 6), "A hamper from their kitchens", 720, after=0.7),
    ]  # fmt: skip


def _later_than_promised(today: date) -> list[Scene]:
    """Who owes an answer, and what the clock has passed on."""
    second_job = {
        "form": "job", "role": "Trainer at a gym", "paid": "yes", "hours": "24", "touches": "no",
        "occurred_on": back(today, 40).isoformat(),
    }  # fmt: skip
    return [
        Scene("Greta Winter", Kind.INTEREST, Firm("Studio Lerchenfeld", C.PARTNER, "DE"), back(today, 19), second_job,
              ending=Ending.ASKED, reason="Does the gym train other firms’ staff, ours among them?", after=0.6),
        _gift("Oliver Dam", Firm("Brightwater Pensions", C.CUSTOMER, "DK"), back(today, 15), "A fountain pen", 690,
              ending=Ending.ASKED, reason="What was the occasion?", after=0.8),
        _gift("Maja Lund", Firm("Fjordline Facilities A/S", C.SUPPLIER, "DK"), back(today, 9), "A wine hamper", 610,
              ending=Ending.WAIT),
        _outing("Nikolaj Friis", Firm("Halden Foods plc", C.CUSTOMER, "DK"), back(today, 3), back(today, 6),
                "A day of sailing", "event", 1150, 6, ending=Ending.WAIT),
    ]  # fmt: skip
