"""Invented people: names of many origins, and telephones that are nobody's."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")

_GIVEN_WOMEN = (
    "Aaliyah", "Agnieszka", "Amara", "Anwen", "Bethan", "Bronagh", "Carys", "Chidinma", "Deepa",
    "Eilidh", "Elena", "Fatima", "Freya", "Grace", "Hana", "Imani", "Iona", "Jasmine", "Joanna",
    "Kateryna", "Keisha", "Leila", "Lin", "Maeve", "Magda", "Mei", "Nadia", "Niamh", "Olena",
    "Parveen", "Priya", "Rhian", "Rosa", "Ruth", "Sadia", "Shanice", "Sinead", "Tamsin", "Thuy",
    "Yasmin", "Zainab", "Zofia",
)  # fmt: skip
_GIVEN_MEN = (
    "Adeel", "Alun", "Andrzej", "Ben", "Callum", "Carlos", "Conor", "Craig", "Daniel", "Dariusz",
    "Declan", "Dylan", "Emeka", "Euan", "Faisal", "Gareth", "Hamza", "Ifan", "Imran", "Jamal",
    "Joshua", "Karim", "Kieran", "Kofi", "Liam", "Luca", "Marek", "Marlon", "Mihai", "Nathan",
    "Oleksandr", "Owen", "Paulo", "Rajesh", "Rhys", "Ross", "Samuel", "Stefan", "Tariq", "Tomasz",
    "Wei", "Yusuf",
)  # fmt: skip
_FAMILY = (
    "Abara", "Achterberg", "Ahmadi", "Appleyard", "Bajwa", "Balogun", "Beddowes", "Bielska",
    "Brannock", "Calloway", "Chandra", "Coppersmith", "Crowhurst", "Dabrowska", "Danvers",
    "Dogra", "Ellery", "Evanshaw", "Farrow", "Fenwright", "Galbraithe", "Garside", "Gwilt",
    "Haddon", "Hallam", "Ibekwe", "Ionescu", "Jarrow", "Kaplanek", "Kershaw", "Kovalenko",
    "Lambourne", "Llewelyn", "Lovatt", "Maalouf", "Marchetti", "McSorley", "Mendoza", "Nakamura",
    "Ndiaye", "Nowakiewicz", "Oakshott", "Odukoya", "Okonjo", "Pemberly", "Penhaligon", "Qadir",
    "Quill", "Ravenhill", "Redfearn", "Sarkissian", "Sethna", "Skelhorn", "Stavrou", "Tanqueray",
    "Thistlewood", "Tregenza", "Uddin-Hale", "Vasquez", "Venn", "Wadia", "Whitlock", "Xu-Barnes",
    "Yarrow", "Zabielski", "Zamora",
)  # fmt: skip

DRAMA_NUMBERS = tuple(f"+447700900{last:03}" for last in range(1000))
"""Ofcom's numbers for drama, 07700 900000 to 900999."""


def weighted(chance: random.Random, choices: Sequence[tuple[T, int]]) -> T:
    """Answer one of the choices, each as likely as its weight."""
    return chance.choices([c for c, _ in choices], [weight for _, weight in choices])[0]


def woman(chance: random.Random) -> tuple[str, str]:
    """Answer a given and a family name."""
    return chance.choice(_GIVEN_WOMEN), chance.choice(_FAMILY)


def man(chance: random.Random) -> tuple[str, str]:
    """Answer a given and a family name."""
    return chance.choice(_GIVEN_MEN), chance.choice(_FAMILY)


def anybody(chance: random.Random) -> tuple[str, str]:
    """Answer a given and a family name."""
    return chance.choice((woman, man))(chance)


def born_on(chance: random.Random, *, today: date) -> date:
    """Answer the birthday of an adult of 18 to 62."""
    return today - timedelta(days=chance.randint(18 * 366, 62 * 365))


def numbers(chance: random.Random) -> list[str]:
    """Answer all drama numbers in an order of chance, each to be given once."""
    return chance.sample(DRAMA_NUMBERS, len(DRAMA_NUMBERS))
