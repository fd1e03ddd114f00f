"""Who works in the demo: eighty invented people in five companies, and the few one can sign in as with one click."""

import unicodedata
from dataclasses import dataclass

from workflows.words import N_, Role


@dataclass(frozen=True)
class CompanyPlan:
    """One company of the invented group."""

    key: str
    name: str
    parent: str | None
    country: str
    time_zone: str
    currency: str
    language: str
    calendar: str


@dataclass(frozen=True)
class PersonPlan:
    """One invented colleague; `manager` is a name, empty for the head of the group."""

    number: str
    name: str
    title: str
    unit: str
    company: str
    manager: str

    @property
    def email(self) -> str:
        """first.last@nordlys.example, in plain letters."""
        spelt = self.name.lower().replace("ø", "oe").replace("æ", "ae").replace("å", "aa").replace("ł", "l")
        plain = "".join(c for c in unicodedata.normalize("NFD", spelt) if not unicodedata.combining(c))
        return f"{plain.replace(' ', '.')}@nordlys.example"


@dataclass(frozen=True)
class Persona:
    """Somebody to be in the demo: how the door introduces them (English, marked for translation)."""

    key: str
    name: str
    email: str
    who: str
    about: str


COMPANIES = (
    CompanyPlan("NL", "Nordlys Group", None, "DK", "Europe/Copenhagen", "EUR", "en", "DK"),
    CompanyPlan("NL-DK", "Nordlys Danmark A/S", "NL", "DK", "Europe/Copenhagen", "DKK", "da", "DK"),
    CompanyPlan("NL-DE", "Nordlys Deutschland GmbH", "NL", "DE", "Europe/Berlin", "EUR", "en", "DE-BE"),
    CompanyPlan("NL-JP", "Nordlys Japan K.K.", "NL", "JP", "Asia/Tokyo", "JPY", "ja", "JP"),
    CompanyPlan("NL-PL", "Nordlys Polska Sp. z o.o.", "NL", "PL", "Europe/Warsaw", "PLN", "en", "PL"),
)

# company: manager: name, title, unit; a manager stands before their people
_TABLE = """
NL
: Sofia Marklund, Chief executive, Executive
: Vera Lindqvist, Chair of the board, Board
Sofia Marklund: Karl Osterberg, Chief financial officer, Finance
Sofia Marklund: Ilse Brandt, Head of group compliance, Compliance
Ilse Brandt: Nadia Farouk, Group compliance officer, Compliance
Sofia Marklund: Henrik Aagaard, Head of internal audit, Internal audit
Henrik Aagaard: Petra Wolff, Internal auditor, Internal audit
Karl Osterberg: Adam Holt, Systems administrator, IT operations
Karl Osterberg: Lars-Erik Nyström, Head of procurement, Procurement
Lars-Erik Nyström: Hanna Koskela, Category buyer, Procurement
Lars-Erik Nyström: Emil Strand, Category buyer, Procurement
Sofia Marklund: Julie Marchand, Head of communications, Communications
Julie Marchand: Mikkel Dahl, Community partnerships, Communications
NL-DK
Sofia Marklund: Rikke Storm, Managing director Denmark, Management
Rikke Storm: Line Hjort, Assistant to the managing director, Management
Rikke Storm: Signe Holm, Compliance officer, Compliance
Rikke Storm: Ben Carlsen, Head of sales, Sales
Rikke Storm: Dee Okafor, Head of delivery, Delivery
Rikke Storm: Nikolaj Friis, Head of public sector, Public sector
Rikke Storm: Camilla Juhl, Head of finance, Finance
Ben Carlsen: Amalie Thorsen, Account manager, Sales
Ben Carlsen: Ana Ruiz, Account manager, Sales
Ben Carlsen: Jonas Weber, Solution architect, Sales
Ben Carlsen: Lærke Bach, Partner manager, Sales
Ben Carlsen: Frederik Mølgaard, Key account manager, Sales
Ben Carlsen: Sara Lindholm, Sales coordinator, Sales
Dee Okafor: Tomasz Lis, Project manager, Delivery
Dee Okafor: Priya Nair, Service manager, Delivery
Dee Okafor: Nina Falk, Hosting lead, Delivery
Dee Okafor: Asger Toft, Consultant, Delivery
Dee Okafor: Selma Yildiz, Consultant, Delivery
Nikolaj Friis: Ida Krogh, Bid manager, Public sector
Nikolaj Friis: Malthe Brix, Account manager, Public sector
Nikolaj Friis: Freja Skov, Account manager, Public sector
Nikolaj Friis: Oliver Dam, Consultant, Public sector
Camilla Juhl: Maja Lund, Controller, Finance
Camilla Juhl: Anton Bisgaard, Accountant, Finance
Camilla Juhl: Karen Ravn, Facility buyer, Finance
NL-DE
Sofia Marklund: Jürgen Adler, Managing director Germany, Management
Jürgen Adler: Friederike Sommer, Compliance officer, Compliance
Jürgen Adler: Oskar Lind, Head of sales DACH, Sales
Jürgen Adler: Claire Petit, Head of cloud operations, Cloud operations
Jürgen Adler: Thomas Brückner, Head of consulting, Consulting
Jürgen Adler: Birgit Sander, Head of finance, Finance
Oskar Lind: Lena Hartwig, Account manager, Sales
Oskar Lind: Paul Steiner, Account manager, Sales
Oskar Lind: Murat Demir, Account manager, Sales
Oskar Lind: Sophie Klug, Partner manager, Sales
Claire Petit: Felix Arnold, Platform engineer, Cloud operations
Claire Petit: Greta Winter, Vendor manager, Cloud operations
Claire Petit: Jan Pohl, Network engineer, Cloud operations
Claire Petit: Emre Kaya, Site reliability engineer, Cloud operations
Thomas Brückner: Katharina Vogt, Senior consultant, Consulting
Thomas Brückner: David Blume, Consultant, Consulting
Thomas Brückner: Helga Marx, Consultant, Consulting
Thomas Brückner: Moritz Quast, Consultant, Consulting
NL-JP
Sofia Marklund: Mori Kenji, Managing director Japan, Management
Mori Kenji: Tanabe Yuki, Compliance officer, Compliance
Mori Kenji: Ishii Haruto, Head of sales, Sales
Mori Kenji: Okada Misaki, Head of engineering, Engineering
Ishii Haruto: Kondo Aoi, Account manager, Sales
Ishii Haruto: Fujita Ren, Account manager, Sales
Ishii Haruto: Nishi Sakura, Partner manager, Sales
Ishii Haruto: Hara Daichi, Account manager, Sales
Okada Misaki: Ueda Hina, Engineer, Engineering
Okada Misaki: Sakai Yuto, Engineer, Engineering
Okada Misaki: Arai Mei, Vendor manager, Engineering
Okada Misaki: Endo Sora, Engineer, Engineering
NL-PL
Sofia Marklund: Ewa Nowicka, Managing director Poland, Management
Ewa Nowicka: Marek Zielony, Compliance officer, Compliance
Ewa Nowicka: Agnieszka Wilk, Head of shared services, Shared services
Ewa Nowicka: Piotr Sowa, Head of development, Development
Agnieszka Wilk: Zofia Lipka, Service desk lead, Shared services
Agnieszka Wilk: Kamil Borek, Buyer, Shared services
Agnieszka Wilk: Natalia Gajda, Accountant, Shared services
Agnieszka Wilk: Jakub Rybak, Payroll specialist, Shared services
Piotr Sowa: Oliwia Kos, Developer, Development
Piotr Sowa: Michał Wrona, Developer, Development
Piotr Sowa: Hanna Malec, Test lead, Development
Piotr Sowa: Igor Dudek, Developer, Development
"""

ROLES = (
    ("Ilse Brandt", Role.COMPLIANCE_OFFICER, "NL"),
    ("Nadia Farouk", Role.COMPLIANCE_OFFICER, "NL"),
    ("Signe Holm", Role.COMPLIANCE_OFFICER, "NL-DK"),
    ("Friederike Sommer", Role.COMPLIANCE_OFFICER, "NL-DE"),
    ("Tanabe Yuki", Role.COMPLIANCE_OFFICER, "NL-JP"),
    ("Marek Zielony", Role.COMPLIANCE_OFFICER, "NL-PL"),
    ("Henrik Aagaard", Role.INTERNAL_AUDITOR, "NL"),
    ("Petra Wolff", Role.INTERNAL_AUDITOR, "NL"),
    ("Vera Lindqvist", Role.EXECUTIVE_REVIEWER, "NL"),
    ("Karl Osterberg", Role.EXECUTIVE_REVIEWER, "NL"),
    ("Adam Holt", Role.ADMINISTRATOR, "NL"),
)

_PERSONAS = (
    ("employee", "Amalie Thorsen", N_("an employee"), N_("has something to declare")),
    ("manager", "Ben Carlsen", N_("a manager"), N_("has a full queue, and decides for Dee too")),
    ("away", "Dee Okafor", N_("a manager who is away"), N_("Ben decides for her until she is back")),
    ("compliance", "Signe Holm", N_("compliance in Denmark"), N_("decides what the policy sends up")),
    ("group_compliance", "Ilse Brandt", N_("group compliance"), N_("sees limits before they break, in every company")),
    ("auditor", "Henrik Aagaard", N_("internal audit"), N_("has registers to read")),
    ("executive", "Vera Lindqvist", N_("on the board"), N_("decides what compliance may not")),
    ("administrator", "Adam Holt", N_("an administrator"), N_("runs the directory, and reads no declarations")),
)


def everyone() -> tuple[PersonPlan, ...]:
    """All eighty, managers before their people."""
    company, people = "", list[PersonPlan]()
    for line in _TABLE.strip().splitlines():
        manager, colon, rest = line.partition(":")
        if not colon:
            company = line
            continue
        name, title, unit = (part.strip() for part in rest.split(","))
        people.append(PersonPlan(f"N{1001 + len(people)}", name, title, unit, company, manager.strip()))
    return tuple(people)


def personas() -> tuple[Persona, ...]:
    """Those the demo's door lets in with one click, in the order shown."""
    emails = {person.name: person.email for person in everyone()}
    return tuple(Persona(key, name, emails[name], who, about) for key, name, who, about in _PERSONAS)
