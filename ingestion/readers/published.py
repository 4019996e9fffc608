"""Lists that others publish: mobile networks by MCC and MNC, TADIG codes.

What belongs here: which field of a publisher is which column of ours, and what makes a row bad.
Each row stands for itself: a bad one is set aside, the rest lands; the newest list counts whole.
"""

from dataclasses import dataclass, field
from typing import Final

from ingestion import rawstore
from ingestion.batch import BatchJob, BatchResult, FileResult
from ingestion.formats import NETWORK_LIST, NETWORK_TABLE, PUBLISHED_TABLES, TADIG_CODES
from ingestion.home import Home
from ingestion.readers import published_rows, table_rules
from ingestion.readers.judged import judge, set_aside
from ingestion.readers.staging import Stage
from ingestion.reasons import RefusedError, finding
from ingestion.schemas import TABLES, Table


def _as_number(digits: str) -> str:
    """Return SQL for the number of an MCC or MNC: its digits in hex, a third one filled by f."""
    first, second = (f"try_cast({digits}[{place}] as integer)" for place in (1, 2))
    third = f"coalesce(try_cast({digits}[3] as integer), 15)"
    return f"cast(256 * {first} + 16 * {second} + {third} as varchar)"


@dataclass(frozen=True)
class Layout:
    """How one publisher writes a list.

    Attributes:
        read: makes rows of text of the file.
        fields: the fields of theirs that are read.
        columns: our column, and SQL for its text over theirs; one that is absent is empty.
        made: landed columns made of ours, as SQL over their texts.
        needed: fields without which the file is no list.
        checked: what is judged and does not land, as in `columns`.
        rules: SQL arms of a case that come before the rules over single values.
        expected: what those arms expected, in words, by their verdict.
    """

    read: published_rows.Read
    fields: tuple[str, ...]
    columns: dict[str, str]
    made: dict[str, str]
    needed: tuple[str, ...] = ()
    checked: dict[str, str] = field(default_factory=dict)
    rules: str = ""
    expected: dict[str, str] = field(default_factory=dict)


_LIST_FIELDS: Final = (
    "type", "countryName", "countryCode", "mcc", "mnc", "brand", "operator", "status", "bands",
    "notes",
)  # fmt: skip
_LAYOUTS: Final[dict[str, Layout]] = {
    NETWORK_LIST: Layout(
        read=published_rows.json_rows,
        fields=_LIST_FIELDS,
        columns={
            "mcc": '"mcc"', "mnc": '"mnc"', "country": '"countryName"',
            "iso_code": '"countryCode"', "brand": '"brand"', "operator": '"operator"',
            "network_type": '"type"', "status": '"status"', "bands": '"bands"', "notes": '"notes"',
        },
        made={"plmn": "mcc_ || mnc_"},
        expected={f"bad_type:{name}": "text in quotes" for name in _LIST_FIELDS}
        | {"unknown_type": "an object", "unreadable": "keys that occur once, and shorter texts"},
    ),
    NETWORK_TABLE: Layout(
        read=published_rows.csv_rows,
        fields=("MCC", "MCC (int)", "MNC", "MNC (int)", "ISO", "Country", "Country Code",
                "Network"),
        columns={
            "mcc": '"MCC"', "mnc": '"MNC"', "country": '"Country"',
            "iso_code": "upper(nullif(\"ISO\", 'n/a'))", "calling_code": '"Country Code"',
            "brand": '"Network"',
        },
        made={"plmn": "mcc_ || mnc_"},
        needed=("MCC", "MNC"),
        # The numbers tell when something on the way took zeros off the text.
        checked={"mcc_number": '"MCC (int)"', "mnc_number": '"MNC (int)"'},
        rules=f"when mcc_number_ <> {_as_number('mcc_')} then 'bad_identifier:mcc_number' "
        f"when mnc_number_ <> {_as_number('mnc_')} then 'bad_identifier:mnc_number'",
        expected={
            "bad_identifier:mcc_number": "the digits of MCC in hex",
            "bad_identifier:mnc_number": "the digits of MNC in hex, a third one filled by f",
        },
    ),
    TADIG_CODES: Layout(
        read=published_rows.code_rows,
        fields=published_rows.CODE_FIELDS,
        columns={"tadig_code": '"value"'},
        made={"country_letters": "left(tadig_code_, 3)"},
        checked={"kind": '"kind"'},
        rules="when kind_ <> 'enum' then 'unknown_type:kind'",
        expected={"unknown_type:kind": "enum"},
    ),
}  # fmt: skip


def read(job: BatchJob) -> BatchResult:
    """Read one list; reference files come one per batch."""
    item = job.files[0]
    result = FileResult(item.file_id)
    layout = _LAYOUTS[item.format]
    table = TABLES[f"reference/{PUBLISHED_TABLES[item.format]}"]
    with Stage(job) as stage:
        try:
            content = rawstore.content_of(Home(job.root), item.file_id)
            rows, unread = layout.read(stage, content, layout.fields, layout.needed)
        except RefusedError as refusal:
            result.refuse(refusal.code, refusal.detail)
            return stage.result([result])
        if unread:
            names = f"columns not landed: {', '.join(unread)}"
            result.findings.append(finding("unknown_field", names))
        _judge(stage, table, layout, rows)
        _write(stage, table, layout, result)
        return stage.result([result])


def _judge(stage: Stage, table: Table, layout: Layout, rows: str) -> None:
    texts = layout.columns | layout.checked
    named = ", ".join(f"{text} as {name}_" for name, text in texts.items())
    optional = frozenset(texts) - {"mcc", "mnc", "tadig_code", "kind"}
    values = table_rules.problem(table.name, dict.fromkeys(texts, "VARCHAR"), optional)
    first = f"case when problem is null then case {layout.rules} end end"
    verdict = f"coalesce({first}, {values})" if layout.rules else values
    absent = "cast(null as varchar)"
    typed = {
        name: layout.made.get(name, f"{name}_" if name in layout.columns else absent)
        for name in table.columns
        if name not in ("file_id", "record_no", "landed_seq")
    }
    text = f"select file_no, record_no, line, problem, {named} from ({rows})"
    judge(stage, text, typed, f"rtrim({verdict}, ':')")


def _write(stage: Stage, table: Table, layout: Layout, result: FileResult) -> None:
    counts = stage.con.execute(
        "select verdict is null, count(*) from judged group by all"
    ).fetchall()
    for is_landed, records in counts:
        (result.landed if is_landed else result.quarantined).records = records
    if not counts:
        result.findings.append(finding("empty_file", "0 records"))
    if result.landed.records:
        good = f"select *, {stage.job.landed_seq} as landed_seq from judged where verdict is null"
        stage.write(table, good)
    if result.quarantined.records:
        said = " ".join(f"when '{code}' then '{words}'" for code, words in layout.expected.items())
        general = table_rules.expected(table.name, dict(table.columns))
        words = f"coalesce(case verdict {said} end, {general})" if said else general
        stage.quarantine(table.name, set_aside(words))
