"""A deployment with a small live tariff for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from deck_files import TODAY, Decks

from ingestion import landing, rawstore
from ingestion.home import Home
from ingestion.readers import decks as reader


@pytest.fixture(autouse=True)
def a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today is the first of June; fsync only protects from a power cut."""
    monkeypatch.setattr(landing, "today_in", lambda _zone: TODAY)
    monkeypatch.setattr(reader, "today_in", lambda _zone: TODAY)
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    monkeypatch.setattr(os, "sync", lambda: None)
    monkeypatch.setattr(rawstore, "SQLITE_SYNCHRONOUS", "off")


@pytest.fixture
def decks(tmp_path: Path) -> Decks:
    """A deployment whose tariff is live."""
    found = Decks(Home(tmp_path / "home"))
    assert not found.live().refused
    return found
