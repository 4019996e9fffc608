"""One deck, read, judged and compared with the live tariff; nothing is written.

What belongs here: the order of these steps. The steps themselves have their own files.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb

from ingestion.decks.changes import compare
from ingestion.decks.compose import Target, compose
from ingestion.decks.gate import deck_findings, laid_in_findings
from ingestion.decks.live import load_live, newest_files
from ingestion.decks.profile import DeckProfile
from ingestion.decks.rows import type_rows
from ingestion.decks.source import read_source
from ingestion.home import Home
from ingestion.tariff.findings import MOST_FINDINGS, Finding


@dataclass
class Deck:
    """What became of a deck file.

    Attributes:
        good: rows that can be read.
        bad: rows that cannot; the table `deck_bad` says why.
        findings: why it is refused; empty when it may become valid.
        changes: counts of changes by kind; empty when it is refused.
    """

    good: int
    bad: int
    findings: list[Finding]
    changes: dict[str, int] = field(default_factory=dict)


def target_of(profile: DeckProfile) -> Target:
    """Return what the decks of a profile price."""
    return Target(
        card_id=profile.card_id,
        is_agreement=bool(profile.agreement),
        service_type=profile.service_type,
        direction=profile.direction,
        namespace=profile.namespace,
        covers_all=profile.covers == "everything",
        kind=profile.kind,
        unit_size=profile.unit_size,
    )


def read_deck(
    con: duckdb.DuckDBPyConnection, home: Home, path: Path, profile: DeckProfile, name: str
) -> Deck:
    """Read a deck and judge what it says.

    Args:
        con: gets the tables of `rows.type_rows` and `live.load_live`.
        home: whose live tariff it would enter.
        path: the file.
        profile: the sender's dialect.
        name: what findings call the file.

    Raises:
        RefusedError: the file cannot be read at all.
    """
    load_live(con, newest_files(home))
    read_source(con, path, profile)
    good, bad = type_rows(con, profile)
    return Deck(good, bad, _named(deck_findings(con, profile), name))


def judge_from(
    con: duckdb.DuckDBPyConnection, deck: Deck, target: Target, from_day: date, name: str
) -> None:
    """Lay a deck that was not refused into the live tariff of `con`, judge and compare.

    Args:
        con: has what `read_deck` made; gets what `compose` and `compare` make.
        deck: gets findings, or changes.
        target: what it prices.
        from_day: when it would become valid.
        name: what findings call the file.
    """
    if deck.findings:
        return
    compose(con, target, from_day)
    deck.findings = _named(laid_in_findings(con, target, from_day), name)
    if not deck.findings:
        deck.changes = compare(con, target, from_day)


def _named(findings: list[Finding], name: str) -> list[Finding]:
    named = [replace(item, table=name) if item.table == "deck" else item for item in findings]
    return named[:MOST_FINDINGS]
