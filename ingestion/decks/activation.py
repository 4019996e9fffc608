"""A landed deck becomes valid from a day on, or is withdrawn: who, when, which file.

What belongs here: whether that may happen, and its record in the ledger. The tables that come out
of it are put together in `laying`.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime

from ingestion.decks import laying
from ingestion.decks.landed import LandedDeck, landed_decks, profile_name
from ingestion.decks.profile import load_deck_profile
from ingestion.home import Home
from ingestion.ledger import Ledger, stamp
from ingestion.reasons import LandingError
from ingestion.tariff.findings import TariffRefusedError


class NotAllowedError(LandingError):
    """An activation that may not happen as asked; nothing was written."""


log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What an activation or a withdrawal did.

    Attributes:
        is_new: False when it held already and nothing was done.
        from_day: when prices change.
        is_retroactive: whether that lies before today.
    """

    is_new: bool
    from_day: date
    is_retroactive: bool


def activate(
    home: Home,
    ledger: Ledger,
    deck: LandedDeck,
    from_day: date,
    *,
    today: date,
    by: str,
    retroactive: bool = False,
    despite_quarantine: bool = False,
) -> Outcome:
    """Make a landed deck valid; the same call again does nothing.

    Args:
        home: the deployment; the caller holds its landing lock.
        ledger: its ledger.
        deck: the deck.
        from_day: no price changes before it; rows with a later date of their own keep that.
        today: the local day.
        by: who activates it.
        retroactive: allow a day before today.
        despite_quarantine: allow a deck with rows that could not be read.

    Raises:
        LandingError: it may not, and what would have to be said for it.
        TariffRefusedError: with it the tariff would contradict itself.
    """
    is_retroactive = from_day < today
    known = ledger.query(
        "select from_day from deck_activations where file_id = ? and withdrawn_at is null",
        (deck.file_id,),
    )
    if (from_day.isoformat(),) in known:
        bring_up_to_date(home, ledger)
        return Outcome(False, from_day, is_retroactive)
    if known:
        raise NotAllowedError(
            f"{deck.name} is active from {known[0][0]} already; withdraw it before it gets another "
            "day."
        )
    if deck.bad_rows and not despite_quarantine:
        raise NotAllowedError(
            f"{deck.bad_rows} row(s) of {deck.name} could not be read and would keep or lose their "
            "old price unseen; have the deck sent again, or add --despite-quarantine."
        )
    _check_day(from_day, today, retroactive)
    bring_up_to_date(home, ledger)
    number = ledger.query("select coalesce(max(activation_id), 0) + 1 from deck_activations")[0][0]
    activations = [*laying.active(ledger), laying.Activation(number, deck.file_id, from_day)]
    laid = laying.lay_in(home, ledger, activations)
    (card_id,) = laid.con.execute("select card_id from deck_prices limit 1").fetchall()[0]
    ledger.put_activation({
        "activation_id": number, "file_id": deck.file_id, "file_name": deck.name,
        "profile": profile_name(home, deck.file_id), "card_id": card_id,
        "from_day": from_day.isoformat(), "is_retroactive": int(is_retroactive),
        "activated_at": stamp(datetime.now(UTC)), "activated_by": by,
    })  # fmt: skip
    laying.commit(home, ledger, laid)
    return Outcome(True, from_day, is_retroactive)


def withdraw(
    home: Home,
    ledger: Ledger,
    deck: LandedDeck,
    *,
    today: date,
    by: str,
    retroactive: bool = False,
) -> Outcome:
    """Take a deck out of the tariff, as if it had never been activated.

    Args:
        home: the deployment; the caller holds its landing lock.
        ledger: its ledger.
        deck: the deck.
        today: the local day.
        by: who withdraws it.
        retroactive: allow a deck that prices days before today.

    Raises:
        LandingError: it has priced days already and that was not allowed.
        TariffRefusedError: without it the tariff would contradict itself.
    """
    held = [item for item in laying.active(ledger) if item.file_id == deck.file_id]
    if not held:
        return Outcome(False, today, False)
    (item,) = held
    _check_day(item.from_day, today, retroactive)
    rest = [other for other in laying.active(ledger) if other != item]
    laid = laying.lay_in(home, ledger, rest)
    ledger.withdraw_activation(item.activation_id, by)
    laying.commit(home, ledger, laid)
    return Outcome(True, item.from_day, item.from_day < today)


def _check_day(day: date, today: date, retroactive: bool) -> None:
    if day < today and not retroactive:
        raise NotAllowedError(
            f"{day} lies before today ({today}): usage of {(today - day).days} day(s) was rated "
            "at the old prices and would be rated again; choose a day from today on, or add "
            "--retroactive."
        )


def bring_up_to_date(home: Home, ledger: Ledger) -> bool:
    """Lay the active decks in again where a newer base table or a kill makes it necessary.

    Returns:
        Whether tables were written.

    Raises:
        LandingError: an active deck contradicts a table that came after it.
    """
    if laying.is_up_to_date(home, ledger):
        return False
    try:
        laid = laying.lay_in(home, ledger, laying.active(ledger))
    except TariffRefusedError as refused:
        raise LandingError(
            "the active rate decks contradict a reference table that landed after them: "
            f"{refused.findings[0].sentence()}; send a table that agrees, or withdraw the deck."
        ) from refused
    laying.commit(home, ledger, laid)
    return True


def activate_landed(home: Home, ledger: Ledger, file_ids: set[str], today: date) -> list[str]:
    """Activate the decks among these files whose profile says so; return what became of them."""
    told = []
    arrived = [deck for deck in landed_decks(ledger) if deck.file_id in file_ids]
    for deck in reversed(arrived):
        profile = load_deck_profile(home, profile_name(home, deck.file_id))
        if profile.activation != "on_landing":
            told.append(f"{deck.name} waits until it is activated.")
            continue
        try:
            activate(home, ledger, deck, today, today=today, by=f"profile {profile.name}")
            told.append(f"{deck.name} is active from {today}, each row from its own date on.")
        except (LandingError, TariffRefusedError) as error:
            log.warning("landing: %s was not activated (%s)", deck.name, error)
            told.append(f"{deck.name} waits: {error}")
    return told
