"""Files of a voice switch into landed records: the loop that every switch reader shares.

What belongs here: opening files, refusing one without the others, landing. Layouts do not.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingestion import limits, rawstore
from ingestion.batch import BatchJob, BatchResult, FileResult, Received
from ingestion.home import Home
from ingestion.readers import cdr
from ingestion.readers.frame import Body, frame, longest_line
from ingestion.readers.profile import Profile
from ingestion.readers.split_lines import register_lines
from ingestion.readers.staging import Stage
from ingestion.reasons import RefusedError, finding

# Calls of which a file has neither the whole nor both halves: others tell the rest.
_OPEN_CALLS = """
select file_no, count(*) from (
    select file_no, node_id, call_ref from judged
    where verdict is null and call_ref is not null
    group by all
    having not bool_or(call_part = 'call')
        and not (bool_or(call_part in ('start', 'answer')) and bool_or(call_part = 'end'))
)
group by file_no
"""


@dataclass
class Batch:
    """Files of one switch: what each came to, and the lines of those that can be read."""

    job: BatchJob
    profile: Profile
    results: dict[int, FileResult] = field(default_factory=dict)
    groups: dict[tuple[str, ...], list[tuple[int, Body]]] = field(default_factory=dict)

    def contents(self) -> Iterator[tuple[int, Received, bytes]]:
        """Yield place, file and content of each file that is within its limits."""
        for number, item in enumerate(self.job.files):
            self.results[number] = FileResult(item.file_id)
            try:
                content = rawstore.content_of(Home(self.job.root), item.file_id)
                if content.lstrip()[:1] not in (b"{", b"[", b"<"):
                    limits.check_line(*longest_line(content))
            except RefusedError as refusal:
                self.refuse(number, refusal)
                continue
            yield number, item, content

    def refuse(self, number: int, refusal: RefusedError) -> None:
        """Refuse the file at `number`: nothing of it lands."""
        self.results[number].refuse(refusal.code, refusal.detail)

    def add(self, layout: tuple[str, ...], number: int, body: Body) -> None:
        """Take the lines of a file that has the columns `layout`."""
        self.groups.setdefault(layout, []).append((number, body))

    def lines(self, stage: Stage, layout: tuple[str, ...], fits: str | None = None) -> str:
        """Return SQL with the lines of all files of one layout, split into fields `f`."""
        group = self.groups[layout]
        framed = frame([body for _, body in group], self.profile.delimiter, self.profile.quote)
        places = [number for number, _ in group]
        return register_lines(
            stage, framed, places, self.profile.delimiter, fits or f"len(f) = {len(layout)}"
        )

    def land(self, stage: Stage, selects: list[str]) -> BatchResult:
        """Judge and write the records of `selects`; return what the batch came to.

        Where neither a time nor the profile names a zone, the operator's holds.
        """
        if selects:
            zone = self.profile.time_zone or self.job.time_zone
            profile = dataclasses.replace(self.profile, time_zone=zone)
            text = " union all ".join(selects)
            cdr.land_records(stage, self.results, text, profile, self.job.time_zone)
            for number, calls in stage.con.execute(_OPEN_CALLS).fetchall():
                detail = f"{calls} calls begin or end in other files"
                self.results[number].findings.append(finding("open_event", detail))
        return stage.result(list(self.results.values()))


def data_lines(content: bytes, first_line: int = 1) -> Body:
    """Return the lines of a file from `first_line`, counted from 1."""
    start = 0
    for _ in range(first_line - 1):
        start = content.find(b"\n", start) + 1 or len(content)
    return Body(content[start:], first_line)
