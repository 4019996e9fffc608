"""Does an earlier landing, cut short, owe something that the next one finishes?

What belongs here: the question. Finishing is the landing's own first and last work.
"""

from ingestion.decks.laying import is_up_to_date
from ingestion.home import Home
from ingestion.ledger import Ledger


def owes_landing(home: Home) -> bool:
    """Say whether a landing is due although no file waits.

    So it is when a kill came between a batch's registration and its files' last rename, or before
    the ledger was exported, or when a kill or a newer table left an active deck out of the live
    tables.
    """
    if not home.ledger.is_file():
        return False
    with Ledger(home) as ledger:
        return (
            bool(ledger.pending_outputs())
            or not ledger.is_exported()
            or not is_up_to_date(home, ledger)
        )
