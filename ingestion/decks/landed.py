"""Decks that have landed: which there are, and their prices read back.

What belongs here: looking decks up. Making one valid is the matter of `activation`.
"""

from dataclasses import dataclass

import duckdb

from ingestion.batch import batch_id
from ingestion.decks.compose import Target
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.reasons import LandingError
from ingestion.sql_text import quoted


@dataclass(frozen=True)
class LandedDeck:
    """A deck of the ledger.

    Attributes:
        file_id: SHA-256 of its bytes.
        name: as received.
        rows, bad_rows: that landed, that are in quarantine.
    """

    file_id: str
    name: str
    first_seen_at: str
    rows: int
    bad_rows: int


def landed_decks(ledger: Ledger) -> list[LandedDeck]:
    """Return every deck that landed, newest first."""
    return [
        LandedDeck(*row)
        for row in ledger.query(
            "select file_id, file_name, first_seen_at, landed_records, quarantined_records "
            "from files where feed = 'decks' and state = 'landed' order by landed_seq desc"
        )
    ]


def find_deck(ledger: Ledger, wanted: str) -> LandedDeck:
    """Return the deck of a file name, or of the first digits of a file id.

    Raises:
        LandingError: no deck fits, or several.
    """
    decks = landed_decks(ledger)
    fits = [deck for deck in decks if deck.name == wanted]
    if not fits and len(wanted) >= 6:
        fits = [deck for deck in decks if deck.file_id.startswith(wanted)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        ids = ", ".join(deck.file_id[:12] for deck in fits)
        raise LandingError(f"{len(fits)} decks are called {wanted!r}: name one by its id ({ids}).")
    names = ", ".join(deck.name for deck in decks[:5]) or "none"
    raise LandingError(
        f"no landed deck is {wanted!r}, expected a file name or at least six digits of a file id; "
        f"the newest are: {names}."
    )


def load_prices(con: duckdb.DuckDBPyConnection, home: Home, file_id: str) -> Target:
    """Create `deck_prices` of a landed deck, and return what it prices.

    Raises:
        LandingError: its landed file is missing.
    """
    path = home.landing / "decks" / "prices" / f"{batch_id([file_id])}-0000.parquet"
    if not path.is_file():
        raise LandingError(f"{path} is missing, expected the prices of deck {file_id[:12]}.")
    name = quoted(path)
    con.execute(f"create or replace temp table deck_prices as select * from read_parquet('{name}')")
    return Target(
        *con.execute(
            "select card_id, is_agreement, service_type, direction, namespace, covers_all, kind, "
            "unit_size from deck_prices limit 1"
        ).fetchall()[0]
    )


def profile_name(home: Home, file_id: str) -> str:
    """Return the name of the profile that a landed deck was read by."""
    with duckdb.connect() as con:
        load_prices(con, home, file_id)
        return str(con.execute("select profile from deck_prices limit 1").fetchall()[0][0])
