"""Whom the demo's people deal with: invented firms they meet again and again, and many they meet once."""

from dataclasses import dataclass
from random import Random

from workflows.words import CounterpartyClass as C


@dataclass(frozen=True)
class Firm:
    """An invented counterparty, as its name is typed."""

    name: str
    class_: str
    country: str
    number: str = ""


# Met again and again; the first of a country most often.
REGULARS = (
    Firm("Acme Nordic ApS", C.CUSTOMER, "DK", "31427755"),
    Firm("Corvina Cloud A/S", C.SUPPLIER, "DK", "28840173"),
    Firm("Halden Foods plc", C.CUSTOMER, "DK", "40912266"),
    Firm("Brightwater Pensions", C.CUSTOMER, "DK", "19770418"),
    Firm("Fjordline Facilities A/S", C.SUPPLIER, "DK", "35561902"),
    Firm("Osterman A/S", C.SUPPLIER, "DK", "22093847"),
    Firm("City of Vestermark", C.PUBLIC_OFFICIAL, "DK"),
    Firm("Kestrel Logistics GmbH", C.SUPPLIER, "DE", "HRB 88213"),
    Firm("Nordwind Media AG", C.CUSTOMER, "DE", "HRB 40177"),
    Firm("Tallgrass Analytics", C.PARTNER, "DE"),
    Firm("Lindenhof Versicherung AG", C.CUSTOMER, "DE", "HRB 51900"),
    Firm("Rechenwerk Hosting GmbH", C.SUPPLIER, "DE", "HRB 73350"),
    Firm("Landesamt für Statistik Seeland", C.PUBLIC_OFFICIAL, "DE"),
    Firm("Sakura Denki", C.CUSTOMER, "JP"),
    Firm("Minato Trading", C.PARTNER, "JP"),
    Firm("Hoshizora Systems", C.SUPPLIER, "JP"),
    Firm("Asahina Bank", C.CUSTOMER, "JP"),
    Firm("Wisła Energia S.A.", C.CUSTOMER, "PL", "0000417733"),
    Firm("Bursztyn Software Sp. z o.o.", C.SUPPLIER, "PL", "0000290116"),
    Firm("Meridian Consulting Sp. z o.o.", C.PARTNER, "PL", "0000655201"),
)

_ROOTS = {
    "DK": "Birkholm Egelund Havnsø Klintebjerg Lyngby Møllehave Nordhavn Rosenvang Skovbo Tangkær Ullerslev Vindeby "
    "Ørnehøj Aalykke Bredal Dybsø Fasanvej Grønnehave",
    "DE": "Ahornfeld Bergkamp Dornbusch Eichwald Falkenried Grünau Hafenblick Immenhof Kastanien Lerchenfeld Mühlbach "
    "Neuland Rosenstein Seeberg Talblick Weidenau",
    "JP": "Aozora Fujimi Hinata Ichiban Kazetani Komorebi Midori Nagisa Oka Sazanami Tsukimi Yamabuki",
    "PL": "Brzoza Dąbrowa Gołąb Jesion Kasztan Lipowa Modrzew Orzeł Polana Sokół Topola Wierzba",
}
_TRADES = {
    "DK": "Data Byg Rådgivning Catering Energi",
    "DE": "Software Bau Beratung Messebau Druck",
    "JP": "Systems Trading Print Design Foods",
    "PL": "Software Budowa Doradztwo Druk Energia",
}
_FORMS = {"DK": ("A/S", "ApS", ""), "DE": ("GmbH", "AG", "GmbH & Co. KG"), "JP": ("K.K.", ""), "PL": ("Sp. z o.o.", "S.A.", "")}
_CHARITIES = {
    "DK": ("Vestermark School", "Havnsø Sejlklub", "Red Lantern Night Shelter", "Birkholm Bibliotek"),
    "DE": ("Lesepaten Ahornfeld e.V.", "Tafel Lerchenfeld e.V.", "Turnverein Seeberg e.V."),
    "JP": ("Komorebi Childrens Library", "Nagisa River Festival"),
    "PL": ("Fundacja Jasny Dom", "Szkoła nr 14 w Orłowie"),
}
_CLASSES = (C.CUSTOMER, C.SUPPLIER, C.SUPPLIER, C.PARTNER, C.CUSTOMER, C.COMPETITOR, C.UNKNOWN)


def regular(chance: Random, country: str) -> Firm:
    """One of the firms met often there; the first in the list most often."""
    here = [firm for firm in REGULARS if firm.country == country]
    return chance.choices(here, weights=[3 / (place + 1) + 0.5 for place in range(len(here))])[0]


def passing(chance: Random, country: str) -> Firm:
    """A firm that is met once or twice in all the months."""
    root, trade = chance.choice(_ROOTS[country].split()), chance.choice(_TRADES[country].split())
    form = _FORMS[country][sum(root.encode()) % len(_FORMS[country])]
    name = " ".join(part for part in (root, trade, form) if part)
    return Firm(name, _CLASSES[sum(name.encode()) % len(_CLASSES)], country)


def charity(chance: Random, country: str) -> Firm:
    """Somebody the company gives to."""
    return Firm(chance.choice(_CHARITIES[country]), C.CHARITY, country)
