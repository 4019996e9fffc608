"""How one sender writes its rate decks, and which agreement or rate card they price.

What belongs here: loading and checking deck profiles. Applying them does not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml

from ingestion.home import Home
from ingestion.reasons import LandingError

SHIPPED: Final = Path(__file__).resolve().parent.parent / "profiles" / "decks"

COLUMNS: Final = (
    "destination", "country_code", "codes", "price", "setup_fee", "increment", "valid_from",
    "valid_to", "note", "band",
)  # fmt: skip
_CHOICES: Final = {
    "direction": ("out", "in", "transit"),
    "covers": ("everything", "listed"),
    "destinations": ("own", "known"),
    "price_per": ("destination", "prefix"),
    "end_date": ("last_day", "first_day_after"),
    "activation": ("by_hand", "on_landing"),
    "decimal": (".", ","),
    "kind": ("national_mobile", "national_fixed", "international", "special", "onnet"),
}
_BOUNDS: Final = {
    "heading_row": (0, 1000), "price_decimals": (0, 9), "unit_size": (1, 10**12),
}  # fmt: skip
INCREMENT: Final = "[0-9]{1,6}([/+-][0-9]{1,6})?"


@dataclass(frozen=True)
class DeckProfile:
    """One sender's dialect and what its decks price.

    Attributes:
        name: of the profile; also a folder of `inbox/decks` whose files take it.
        agreement, rate_card: what is priced; one of the two.
        covers: `everything` ends what a deck no longer lists, `listed` leaves it alone.
        destinations: `own` prefixes of the deck, or destinations `known` here already.
        price_per: whether all prefixes of a destination share one price.
        activation: whether a landed deck waits for a person.
        heading_row: the row with the names of the columns; 0 when there is none.
        price_decimals: implied decimals of a price: 4 reads 2137 as 0.2137.
        unit_size: units that a price is for, such as 60 seconds.
        increment: of rows that name none: the first and the following ones.
        columns: what a column means: its name in the heading, or its number from 1.
        closed_notes: values of the note that end a prefix instead of pricing it.
    """

    name: str
    columns: Mapping[str, str | int]
    agreement: str = ""
    rate_card: str = ""
    service_type: str = "voice"
    direction: str = "out"
    currency: str = ""
    covers: str = "everything"
    destinations: str = "own"
    price_per: str = "destination"
    kind: str = "international"
    activation: str = "by_hand"
    file_name: str = ""
    sheet: str | int = 1
    heading_row: int = 1
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    price_decimals: int = 0
    date_format: str = "%Y-%m-%d"
    end_date: str = "last_day"
    unit_size: int = 60
    increment: str = "1/1"
    closed_notes: tuple[str, ...] = ()

    @property
    def card_id(self) -> str:
        """The agreement or rate card that the deck prices."""
        return self.agreement or self.rate_card

    @property
    def namespace(self) -> str:
        """What the identifiers of the deck's own destinations begin with."""
        usual = (self.service_type, self.direction) == ("voice", "out")
        return f"{self.card_id}{'' if usual else f'.{self.service_type}.{self.direction}'}/"


def load_deck_profile(home: Home, name: str) -> DeckProfile:
    """Return a deck profile.

    Args:
        home: its `profiles/decks` is looked at before the shipped profiles.
        name: of the profile, or a path that ends in `.yml`.

    Raises:
        LandingError: there is no such profile, or a value of it cannot be.
    """
    if name.endswith((".yml", ".yaml")):
        path = Path(name)
        if not path.is_file():
            raise LandingError(f"{path} does not exist, expected a deck profile.")
        return _parsed(path)
    known = _paths(home)
    if name not in known:
        raise LandingError(
            f"deck profile {name!r} is unknown, expected one of {', '.join(sorted(known))}; put "
            f"yours into {home.root / 'profiles' / 'decks'}."
        )
    return _parsed(known[name])


def profile_of_file(home: Home, path: Path) -> DeckProfile:
    """Return the profile of a deck in the inbox, by its folder, else by its name.

    Raises:
        LandingError: none or several fit.
    """
    known = _paths(home)
    for folder in path.parents:
        if folder.name in known:
            return _parsed(known[folder.name])
        if folder.name == "decks":
            break
    patterns = [(name, _parsed(place)) for name, place in sorted(known.items())]
    fits = [
        profile
        for _, profile in patterns
        if profile.file_name and re.fullmatch(profile.file_name, path.name)
    ]
    if len(fits) != 1:
        found = " and ".join(profile.name for profile in fits) or "none"
        raise LandingError(
            f"the deck profiles that fit the name {path.name!r} are {found}, expected one; put "
            f"the file into inbox/decks/PROFILE/, PROFILE one of {', '.join(sorted(known))}."
        )
    return fits[0]


def _paths(home: Home) -> dict[str, Path]:
    own = home.root / "profiles" / "decks"
    return {path.stem: path for folder in (SHIPPED, own) for path in sorted(folder.glob("*.yml"))}


def _parsed(path: Path) -> DeckProfile:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LandingError(f"{path.name} is no YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(found, dict):
        raise LandingError(f"{path.name} holds no keys, expected those of a deck profile.")
    values: dict[str, Any] = {"name": path.stem} | found
    if "closed_notes" in values:
        values["closed_notes"] = tuple(str(note) for note in values["closed_notes"] or ())
    types = {field.name: type(field.default) for field in fields(DeckProfile)}
    unknown = [key for key in values if key not in types]
    if unknown:
        raise LandingError(
            f"{path.name}: {unknown[0]!r} is no key of a deck profile, expected {', '.join(types)}."
        )
    for key, kind in types.items():
        if kind in (str, int) and key != "sheet" and not isinstance(values.get(key, kind()), kind):
            raise LandingError(f"{path.name}: {key} is {values[key]!r}, expected a {_WORDS[kind]}.")
    _check(path.name, values)
    return DeckProfile(**values)


_WORDS: Final = {str: "text (in quotes)", int: "whole number"}


def _refuse(file: str, values: Mapping[str, Any], key: str, expected: str) -> NoReturn:
    raise LandingError(f"{file}: {key} is {values.get(key)!r}, expected {expected}.")


def _check(file: str, values: Mapping[str, Any]) -> None:
    """Refuse what no deck could be read by.

    Raises:
        LandingError: names key, value and what was expected.
    """
    for key, allowed in _CHOICES.items():
        if values.get(key, allowed[0]) not in allowed:
            _refuse(file, values, key, ", ".join(allowed))
    for key, (least, most) in _BOUNDS.items():
        if not least <= values.get(key, least) <= most:
            _refuse(file, values, key, f"{least} to {most}")
    if bool(values.get("agreement")) == bool(values.get("rate_card")):
        _refuse(file, values, "agreement", "either agreement or rate_card, not both")
    if not re.fullmatch("[A-Z]{3}", values.get("currency", "")):
        _refuse(file, values, "currency", "three capital letters, such as EUR")
    if not re.fullmatch(INCREMENT, values.get("increment", "1/1")):
        _refuse(file, values, "increment", "units such as 60/60 or 1")
    _check_columns(file, values)


def _check_columns(file: str, values: Mapping[str, Any]) -> None:
    columns = values.get("columns")
    if not isinstance(columns, dict) or "price" not in columns:
        expected = f"what price and others of {', '.join(COLUMNS)} are called"
        _refuse(file, values, "columns", expected)
    bad = [name for name in columns if name not in COLUMNS]
    if bad:
        raise LandingError(f"{file}: {bad[0]!r} is no column, expected {', '.join(COLUMNS)}.")
    key_column = "destination" if values.get("destinations") == "known" else "codes"
    if not {key_column, "country_code"} & set(columns):
        _refuse(file, values, "columns", f"a column for {key_column}")
    if values.get("heading_row") == 0 and not all(isinstance(c, int) for c in columns.values()):
        _refuse(file, values, "columns", "numbers from 1, because there is no heading row")
