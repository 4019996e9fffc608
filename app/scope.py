"""What a reader may see (Scope) and what a reader asked for (Filters), as plain values.

No Streamlit and no SQL belong here, so that exporters and the command line can use both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

BASES = ("Previous month", "Same month last year", "Budget")
ALL = "All"


@dataclass(frozen=True)
class Scope:
    """Rows a reader may see; None means unrestricted. Comes from claims, never from a widget."""

    regions: tuple[str, ...] | None = None
    segments: tuple[str, ...] | None = None
    partners: tuple[str, ...] | None = None

    @property
    def is_restricted(self) -> bool:
        """True when any dimension is limited: company-wide figures are then withheld."""
        return not (self.regions is None and self.segments is None and self.partners is None)

    def parameters(self) -> dict[str, Any]:
        """Return the values bound as `$scope_…` in every query file."""
        return {
            "scope_regions": None if self.regions is None else list(self.regions),
            "scope_segments": None if self.segments is None else list(self.segments),
            "scope_partners": None if self.partners is None else list(self.partners),
            "scope_restricted": self.is_restricted,
        }

    def describe(self) -> str:
        """Return the scope in words, for the Filters sheet and the download log."""
        parts = [
            f"{name}: {', '.join(values)}"
            for name, values in (
                ("regions", self.regions),
                ("segments", self.segments),
                ("partners", self.partners),
            )
            if values is not None
        ]
        return "; ".join(parts) or "whole company"


@dataclass(frozen=True)
class Filters:
    """One view of the numbers: month (first day), compare basis, optional segment and region."""

    month: date
    basis: str = BASES[0]
    segment: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        if self.basis not in BASES:
            raise ValueError(f"basis is {self.basis!r}, expected one of {BASES}.")

    @property
    def slice(self) -> tuple[str, str]:
        """Return (scope_kind, scope_value) of fct_kpi_months; KPIs have no cut by both at once."""
        if self.segment is not None:
            return "segment", self.segment
        if self.region is not None:
            return "region", self.region
        return "total", ""

    def parameters(self) -> dict[str, Any]:
        """Return the values bound as `$month`, `$basis`, `$segment`, `$region`, `$slice_…`."""
        kind, value = self.slice
        return {
            "month": self.month,
            "basis": self.basis,
            "segment": self.segment,
            "region": self.region,
            "slice_kind": kind,
            "slice_value": value,
        }

    def describe(self) -> list[tuple[str, str]]:
        """Return (name, value) pairs for chips and for the Filters sheet."""
        return [
            ("Period", self.month.strftime("%Y-%m")),
            ("Compared with", self.basis),
            ("Segment", self.segment or ALL),
            ("Region", self.region or ALL),
        ]
