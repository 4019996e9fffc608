"""What the operator knows about its roaming partners and about networks, as YAML.

What belongs here: loading `profiles/roaming/*.yml`. Reading their files does not.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from ingestion.home import Home
from ingestion.reasons import LandingError

SHIPPED: Final = Path(__file__).resolve().parent.parent / "profiles" / "roaming"
_NETWORKS: Final = "networks.yml"
_TOTALS: Final = ("refuse", "finding")


@dataclass(frozen=True)
class RoamingPartner:
    """One sender of roaming files.

    Attributes:
        visited_plmn: the network its customers and ours use there; None when unknown.
        totals: whether declared totals that differ `refuse` a file or are a `finding`.
    """

    visited_plmn: str | None = None
    totals: str = "refuse"


@dataclass(frozen=True)
class Networks:
    """How an IMSI splits into network and subscriber.

    Attributes:
        home_plmns: networks known in full; the longest that fits wins.
        three_digit_mccs: countries whose network codes have three digits.
    """

    home_plmns: tuple[str, ...]
    three_digit_mccs: frozenset[str]

    def home_plmn(self, imsi: str | None) -> str | None:
        """Return MCC and MNC of an IMSI."""
        if imsi is None or len(imsi) < 6 or not imsi.isdigit():
            return None
        known = [plmn for plmn in self.home_plmns if imsi.startswith(plmn)]
        if known:
            return max(known, key=len)
        return imsi[:6] if imsi[:3] in self.three_digit_mccs else imsi[:5]


class Partners:
    """The senders of one batch of files: each profile is read once."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._known: dict[str, RoamingPartner] = {}

    def of(self, sender: str) -> RoamingPartner:
        """Return what is known about a sender.

        Raises:
            LandingError: its profile has a key or a value that cannot be.
        """
        if sender not in self._known:
            self._known[sender] = load_partner(self._home, sender)
        return self._known[sender]


def load_partner(home: Home, sender: str) -> RoamingPartner:
    """Return what is known about the sender with this TADIG code; nothing is no error.

    Raises:
        LandingError: its profile has a key or a value that cannot be.
    """
    values = _values(home, f"{sender}.yml") if sender.isalnum() else None
    try:
        partner = RoamingPartner(**(values or {}))
    except TypeError as error:
        raise LandingError(f"roaming profile {sender}.yml: {error}.") from error
    if partner.totals not in _TOTALS:
        raise LandingError(
            f"roaming profile {sender}.yml: totals is {partner.totals!r}, expected one of "
            f"{', '.join(_TOTALS)}."
        )
    plmn = partner.visited_plmn
    if plmn is not None and not (isinstance(plmn, str) and plmn.isdigit() and len(plmn) in (5, 6)):
        raise LandingError(
            f"roaming profile {sender}.yml: visited_plmn is {plmn!r}, expected 5 or 6 digits in "
            "quotes."
        )
    return partner


def load_networks(home: Home) -> Networks:
    """Return how IMSIs split, from `networks.yml`."""
    values = _values(home, _NETWORKS) or {}
    return Networks(
        tuple(str(plmn) for plmn in values.get("home_plmns", ())),
        frozenset(str(mcc) for mcc in values.get("three_digit_mccs", ())),
    )


def _values(home: Home, name: str) -> dict[str, Any] | None:
    """Return a file of the home's `profiles/roaming`, else the shipped one, else None."""
    for folder in (home.root / "profiles" / "roaming", SHIPPED):
        path = folder / name
        if path.is_file():
            return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return None
