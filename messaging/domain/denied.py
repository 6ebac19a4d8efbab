"""The words that no text may say, in English and in Welsh (M4, M6, M11, G11)."""

from collections.abc import Iterator
from dataclasses import dataclass

_SHORTEST_IN_PIECES = 4

_SOFT = (
    ("ll", "l"), ("rh", "r"), ("p", "b"), ("t", "d"), ("c", "g"), ("b", "f"), ("d", "dd"),
    ("g", ""), ("m", "f"),
)  # fmt: skip
_NASAL = (("p", "mh"), ("t", "nh"), ("c", "ngh"), ("b", "m"), ("d", "n"), ("g", "ng"))
_ASPIRATE = (("p", "ph"), ("t", "th"), ("c", "ch"))


@dataclass(frozen=True, slots=True)
class Words:
    """Words of one kind: ``stems`` count wherever they stand in a word, ``whole`` words alone."""

    stems: tuple[str, ...]
    whole: frozenset[str]

    @property
    def in_pieces(self) -> frozenset[str]:
        """Answer those that count in pieces, as in ``p o l i c e``: none that chance could make."""
        return frozenset(
            word for word in (*self.stems, *self.whole) if len(word) >= _SHORTEST_IN_PIECES
        )


def _english(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _welsh(text: str) -> frozenset[str]:
    """Answer Welsh words with the forms that their first letter takes after other words."""
    return frozenset(form for word in text.split() for form in _mutated(word))


def _mutated(word: str) -> Iterator[str]:
    yield word
    for changes in (_SOFT, _NASAL, _ASPIRATE):
        for before, after in changes:
            if word.startswith(before):
                yield after + word.removeprefix(before)
                break


TELLING = Words(
    stems=(
        "domestic", "abuse", "abusi", "violen", "victim", "survivor", "perpetrat", "refuge",
        "court", "probation", "police", "freedom", "offence", "offend", "womensaid", "program",
    ),
    whole=_english(
        "abused abuser abusers abusive abusing violence violent violently victims survivors"
        " perpetrator perpetrators refuges refugee courts policeman offences offender offenders"
        " offending programme programmes programs marac maracs idva idvas perp perps rape raped"
        " assault assaults assaulted injunction injunctions partner partners"
    )
    | _welsh(
        "domestig camdrin camdriniaeth camdriniwr trais treisgar dioddefwr dioddefwyr dioddefwraig"
        " goroeswr goroeswyr goroeswraig cyflawnwr cyflawnwyr tramgwyddwr tramgwyddwyr lloches"
        " llochesi llys llysoedd prawf gwasanaethprawf heddlu rhyddid cymorthiferched trosedd"
        " troseddau troseddwr troseddwyr rhaglen rhaglenni"
    ),
)  # fmt: skip
"""What tells a stranger that the text is about abuse, a case or a programme (M4)."""

REPLYING = Words(
    stems=("reply", "replie"),
    whole=_english("respond") | _welsh("ateb atebwch ymateb ymatebwch"),
)
"""What asks for an answer: false where nobody can answer the sender (M6)."""

MARKETING = Words(
    stems=("donat", "fundrais", "sponsor", "voucher"),
    whole=_english(
        "donate donation donations fundraiser fundraising raffle survey surveys discount discounts"
        " newsletter subscribe specialoffer"
    )
    | _welsh("rhodd rhoddion arolwg codiarian disgownt cylchlythyr"),
)
"""What makes an advertisement of a service message (M11)."""

HARMLESS = ("courtes", "courteo", "courtyard")
"""Parts of words in which a stem stands by chance."""
