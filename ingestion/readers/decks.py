"""Rate decks: one file per batch, judged against the live tariff, landed but not yet valid.

What belongs here: a deck as landed rows, quarantine and refusal. Activating it does not.
"""

from typing import Final

from ingestion.batch import BatchJob, BatchResult, FileResult
from ingestion.columns import CHANGE_COLUMNS
from ingestion.decks.profile import DeckProfile, profile_of_file
from ingestion.decks.read import Deck, judge_from, read_deck, target_of
from ingestion.home import Home
from ingestion.readers.staging import Stage
from ingestion.reasons import LandingError, RefusedError
from ingestion.schemas import TABLES
from ingestion.sql_text import quoted
from ingestion.zones import today_in

_PRICES: Final = TABLES["decks/prices"]
_CHANGES: Final = TABLES["decks/changes"]


def read(job: BatchJob) -> BatchResult:
    """Read one deck; its changes are those of today."""
    (item,) = job.files
    home = Home(job.root)
    result = FileResult(item.file_id)
    with Stage(job) as stage:
        try:
            profile = profile_of_file(home, item.candidate.path)
            deck = read_deck(stage.con, home, home.raw / item.file_id, profile, item.name)
            as_of = today_in(job.time_zone)
            judge_from(stage.con, deck, target_of(profile), as_of, item.name)
        except (LandingError, RefusedError) as error:
            result.refuse(getattr(error, "code", "schema"), getattr(error, "detail", str(error)))
            return stage.result([result])
        if deck.findings:
            more = f" (and {len(deck.findings) - 1} more)" if len(deck.findings) > 1 else ""
            result.refuse("schema", deck.findings[0].sentence() + more)
            return stage.result([result])
        result.landed.records, result.quarantined.records = deck.good, deck.bad
        _write(stage, profile, deck, as_of.isoformat())
        return stage.result([result])


def _write(stage: Stage, profile: DeckProfile, deck: Deck, as_of: str) -> None:
    target = target_of(profile)
    texts = {
        "profile": profile.name, "card_id": target.card_id, "service_type": target.service_type,
        "direction": target.direction, "currency": profile.currency,
        "namespace": target.namespace, "kind": target.kind,
    }  # fmt: skip
    constants = ", ".join(f"'{quoted(text)}' as {name}" for name, text in texts.items())
    stage.write(
        _PRICES,
        f"select 0 as file_no, deck_prices.*, {constants}, {target.unit_size} as unit_size, "
        f"{target.is_agreement} as is_agreement, {target.covers_all} as covers_all "
        "from deck_prices",
        order_by="record_no, code, band_id, ends",
    )
    stage.write(
        _CHANGES,
        "select 0 as file_no, row_number() over (order by code, band_id, effective_on) "
        f"as record_no, date '{as_of}' as as_of, {', '.join(CHANGE_COLUMNS)} from deck_changes",
    )
    if deck.bad:
        stage.quarantine(
            _PRICES.name,
            "select 0 as file_no, record_no, reason_code, detail, raw_line, "
            "cast(null as timestamp) as started_local, cast(null as bigint) as duration_ms, "
            "cast(null as bigint) as bytes, cast(null as bigint) as events from deck_bad",
        )
