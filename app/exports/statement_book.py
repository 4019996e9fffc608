"""The XLSX rendering of a partner statement: summary, lines, proofs, definitions, control."""

from __future__ import annotations

import pyarrow as pa

from app.exports.arrow import pc
from app.exports.statement import Statement, as_date, facts_of
from app.exports.workbook import Facts, Lines, build_workbook

LINE_TOTALS = ("calls", "seconds", "exact_amount", "rounding_amount", "net_amount")
COLUMN_MEANINGS = (
    (
        "direction",
        "in: the partner sent us traffic and owes us; transit: we carried its traffic on and it "
        "owes us; out: we owe the partner; visitors: its subscribers used our network and it owes "
        "us; roamers: ours used its network and we owe the partner",
    ),
    (
        "line_kind",
        "usage of the period, or adjustment: what re-rating changed in a month stated before",
    ),
    ("usage_month", "local month of the usage; of an adjustment the month it corrects"),
    ("reason", "why it was adjusted, in the words of whoever asked for it"),
    ("charged_quantity", "quantity after rounding up to the increments of the rate, in `unit`"),
    ("unit_price", "price of one unit of the rate's first tier, in the currency of the statement"),
    ("adjusted_events", "events of usage_month whose amount the line adjusts; calls are 0 there"),
    (
        "exact_amount",
        "sum of the exact leg amounts (6 decimals) behind the line; of an adjustment new less old",
    ),
    (
        "rounding_amount",
        "net_amount \N{MINUS SIGN} exact_amount: what rounding once to 2 decimals moved",
    ),
    ("net_amount", "the amount of the line, 2 decimals"),
    ("receivable_amount", "sum of lines in, transit and visitors: what the partner owes us"),
    ("payable_amount", "sum of lines out and roamers: what we owe the partner"),
    (
        "difference_amount",
        "our figure without adjustments less the partner's; split by cause in Differences",
    ),
    (
        "net_difference_amount",
        "difference_amount of what the partner owes us, less that of what we owe it: adds up to "
        "the statement's",
    ),
)


def _signed(differences: pa.Table) -> pa.Table:
    """Return the differences with a column that adds up to the statement's own difference."""
    amount = differences.column("difference_amount")
    inward = pc.invert(pc.is_in(differences.column("direction"), pa.array(["out", "roamers"])))
    net = pc.if_else(inward, amount, pc.negate(amount))
    return differences.append_column("net_difference_amount", net)


def statement_workbook(statement: Statement) -> bytes:
    """Return the workbook; equal statements give equal bytes."""
    header, facts = statement.header, facts_of(statement)
    summary = [
        ("Statement", header["statement_no"]),
        ("Partner", header["partner_name"]),
        ("Our entity", statement.entity),
        ("Status", str(header["status"]).replace("_", " ")),
        ("Version", header["version"]),
        ("Agreement", header["agreement_id"]),
        ("Period from", header["period_from"]),
        ("Period to (not included)", header["period_to"]),
        ("Time zone of the period", header["time_zone"]),
        ("Currency", header["currency"]),
        ("They owe us (receivable)", header["receivable_amount"]),
        ("We owe them (payable)", header["payable_amount"]),
        ("Of it adjustments of months stated before", header["adjustment_amount"]),
        ("Net (positive: due to us)", header["net_amount"]),
        (
            "They owe us + we owe them (total of Lines)",
            header["receivable_amount"] + header["payable_amount"],
        ),
        ("Net in reporting currency", header["net_reporting_amount"]),
        ("Exchange rate", None if header["fx_rate"] is None else str(header["fx_rate"])),
        ("Partner's figure, in", header["their_in_amount"]),
        ("Partner's figure, out", header["their_out_amount"]),
        ("Difference, ours \N{MINUS SIGN} theirs", header["difference_amount"]),
        ("Calls", header["calls"]),
        ("Seconds", header["seconds"]),
        ("Lines", header["line_count"]),
    ]
    control = [(name, value) for name, value in facts.items() if name != "control_totals"]
    control += [(f"Σ {name}", text) for name, text in facts["control_totals"].items()]
    definitions = pa.table(
        {
            "name": [name for name, _ in COLUMN_MEANINGS]
            + statement.definitions.column("kpi_id").to_pylist(),
            "meaning": [meaning for _, meaning in COLUMN_MEANINGS]
            + statement.definitions.column("definition").to_pylist(),
            "source": ["statement column"] * len(COLUMN_MEANINGS)
            + statement.definitions.column("source_mart").to_pylist(),
        }
    )
    filters = [
        ("Partner", header["partner_id"]),
        ("Period", f"{as_date(header['period_month']):%Y-%m}"),
        ("Services and directions", "all"),
        ("Prepared by", statement.prepared_by),
    ]
    return build_workbook(
        [
            Facts("Summary", summary),
            Lines("Lines", statement.lines, LINE_TOTALS, "No traffic in this period."),
            Lines(
                "Differences",
                _signed(statement.differences),
                ("net_difference_amount",),
                "No classified difference: figures agree, or the partner has not declared yet.",
            ),
            Lines("Tie-outs", statement.ties),
            Lines("Definitions", definitions),
            Facts("Filters", filters),
            Facts("Control", control),
        ],
        created=statement.issued,
        properties={"title": str(header["statement_no"]), "company": statement.entity},
    )
