"""The formats that a deployment taught us by profiles, loaded together once per worker.

What belongs here: holding them, and which profile of BER a file takes. What a profile says does
not.
"""
# ruff: noqa: PLC0415 - most deployments have no BER profile, and checking one takes a library

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from ingestion.csv_profiles import CsvProfile, csv_profiles
from ingestion.reasons import LandingError
from ingestion.trace_profiles import TraceProfile, trace_profiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingestion.batch import BatchJob
    from ingestion.home import Home
    from ingestion.vendor_ber.profile import BerProfile

CSV_FOLDER: Final = "profiles/cdr"
BER_FOLDER: Final = "profiles/ber"
TRACE_FOLDER: Final = "profiles/traces"


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Profile = TypeVar("_Profile", bound=_Named)


def profile_of_batch(job: BatchJob, profiles: Iterable[_Profile], folder: str) -> _Profile:
    """Return the profile that the files of a batch were told by when they were received.

    Args:
        job: the batch, all of one profile.
        profiles: those of the deployment now.
        folder: where it keeps its own, under its home.

    Raises:
        LandingError: the profile was taken away since.
    """
    name = job.files[0].hint or ""
    for profile in profiles:
        if profile.name == name:
            return profile
    raise LandingError(f"{folder}/{name}.yml is gone; put it back, or take the files away.")


@dataclass(frozen=True)
class Taught:
    """Profiles of calls in CSV, of BER and of field traces, each by name."""

    csv: Sequence[CsvProfile] = ()
    ber: Sequence[BerProfile] = ()
    traces: Sequence[TraceProfile] = ()

    @classmethod
    def of(cls, home: Home) -> Taught:
        """Return those of a deployment.

        Raises:
            LandingError: a profile cannot be read, or two claim the same files.
        """
        csv, traces = csv_profiles(home), trace_profiles(home)
        if not any((home.root / BER_FOLDER).glob("*.yml")):
            return cls(csv, traces=traces)
        from ingestion.vendor_ber.profile import ber_profiles

        return cls(csv, ber_profiles(home.root / BER_FOLDER), traces)

    def ber_of(self, content: bytes) -> BerProfile | None:
        """Return the BER profile whose first octets a file has; no two have them."""
        return next((profile for profile in self.ber if profile.first_bytes.fits(content)), None)
