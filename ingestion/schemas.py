"""The columns of every landed table, in one place.

What belongs here: names, DuckDB types, partition columns of tables. Rules about values do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ingestion.columns import CHANGE_COLUMNS, LIST_COLUMNS, REFERENCE_COLUMNS
from ingestion.feeds import FEEDS, SWITCH_FEEDS

_LINEAGE: Final = {"file_id": "VARCHAR", "record_no": "INTEGER"}

_CDRS: Final = _LINEAGE | {
    "usage_id": "UUID", "content_hash": "UUID",
    "record_type": "VARCHAR", "service_type": "VARCHAR", "direction": "VARCHAR",
    "node_id": "VARCHAR", "charging_ref": "VARCHAR", "record_sequence_no": "INTEGER",
    "closing_cause": "VARCHAR",
    "a_token": "VARCHAR", "a_prefix": "VARCHAR", "a_number_type": "VARCHAR",
    "a_dialled_prefix": "VARCHAR",
    "b_token": "VARCHAR", "b_prefix": "VARCHAR", "b_number_type": "VARCHAR",
    "b_dialled_prefix": "VARCHAR",
    "c_token": "VARCHAR", "imsi_token": "VARCHAR", "device_token": "VARCHAR",
    "device_tac": "VARCHAR", "home_plmn": "VARCHAR", "visited_plmn": "VARCHAR",
    "cell_id": "VARCHAR", "trunk_in": "VARCHAR", "trunk_out": "VARCHAR", "access_point": "VARCHAR",
    "started_at": "TIMESTAMP", "ended_at": "TIMESTAMP", "utc_offset_min": "INTEGER",
    "started_local": "TIMESTAMP", "local_fold": "BOOLEAN", "time_flag": "VARCHAR",
    "duration_s": "BIGINT", "duration_ms": "BIGINT", "ring_s": "BIGINT",
    "bytes_up": "BIGINT", "bytes_down": "BIGINT", "event_count": "BIGINT",
    "release_cause": "INTEGER", "call_outcome": "VARCHAR", "rating_group": "VARCHAR",
    "call_ref": "VARCHAR", "call_part": "VARCHAR", "extra": "VARCHAR",
}  # fmt: skip

_CMRS: Final = _LINEAGE | {
    "node_id": "VARCHAR", "call_ref": "VARCHAR", "leg_ref": "VARCHAR", "content_hash": "UUID",
    "measured_at": "TIMESTAMP", "started_local": "TIMESTAMP", "duration_s": "BIGINT",
    "packets_sent": "BIGINT", "packets_received": "BIGINT", "packets_lost": "BIGINT",
    "jitter_ms": "BIGINT", "latency_ms": "BIGINT", "concealment_ratio": "DOUBLE",
    "concealed_s": "BIGINT", "severely_concealed_s": "BIGINT", "metrics": "VARCHAR",
}  # fmt: skip

_ROAMING_FILE: Final = {
    "sender": "VARCHAR", "recipient": "VARCHAR", "sequence_no": "BIGINT",
}  # fmt: skip

_ROAMING_BATCHES: Final = _LINEAGE | {"batch_kind": "VARCHAR"} | _ROAMING_FILE | {
    "about_sequence_no": "BIGINT", "is_test": "BOOLEAN", "specification_version": "INTEGER",
    "release_version": "INTEGER", "available_at": "TIMESTAMP", "cut_off_at": "TIMESTAMP",
    "currency": "VARCHAR", "local_currency": "VARCHAR", "decimal_places": "INTEGER",
    "declared_records": "BIGINT", "declared_charge_amount": "DECIMAL(18,6)",
    "declared_tax_amount": "DECIMAL(18,6)",
}  # fmt: skip

_TAP_EVENTS: Final = _LINEAGE | {"event_kind": "VARCHAR"} | _ROAMING_FILE | {
    "is_test": "BOOLEAN", "byte_offset": "BIGINT", "byte_length": "BIGINT", "usage_id": "UUID",
    "imsi_token": "VARCHAR", "home_plmn": "VARCHAR", "visited_plmn": "VARCHAR",
    "started_at": "TIMESTAMP", "started_local": "TIMESTAMP", "charge_amount": "DECIMAL(18,6)",
    "tax_amount": "DECIMAL(18,6)", "discount_amount": "DECIMAL(18,6)", "currency": "VARCHAR",
    "local_currency": "VARCHAR", "exchange_rate": "DECIMAL(18,8)",
}  # fmt: skip

_TAP_CHARGES: Final = _LINEAGE | {"charge_no": "INTEGER"} | _ROAMING_FILE | {
    "is_test": "BOOLEAN", "byte_offset": "BIGINT", "charged_item": "VARCHAR",
    "charge_type": "VARCHAR", "chargeable_units": "BIGINT", "charged_units": "BIGINT",
    "charge_amount": "DECIMAL(18,6)", "tax_amount": "DECIMAL(18,6)",
    "discount_amount": "DECIMAL(18,6)", "is_refund": "BOOLEAN", "currency": "VARCHAR",
    "local_currency": "VARCHAR", "exchange_rate_code": "BIGINT", "exchange_rate": "DECIMAL(18,8)",
}  # fmt: skip

_NRTRDE_EVENTS: Final = _CDRS | {"event_kind": "VARCHAR"} | _ROAMING_FILE | {
    "byte_offset": "BIGINT", "available_at": "TIMESTAMP", "delay_s": "BIGINT",
}  # fmt: skip

_RAP_RETURNS: Final = _LINEAGE | {"return_kind": "VARCHAR"} | _ROAMING_FILE | {
    "is_test": "BOOLEAN", "byte_offset": "BIGINT", "tap_sender": "VARCHAR",
    "tap_recipient": "VARCHAR", "tap_sequence_no": "BIGINT", "last_tap_sequence_no": "BIGINT",
    "faulty_part": "VARCHAR", "error_codes": "VARCHAR", "event_kind": "VARCHAR",
    "imsi_token": "VARCHAR", "event_local_time": "TIMESTAMP", "available_at": "TIMESTAMP",
}  # fmt: skip

_TMF: Final = _LINEAGE | {
    "api_version": "VARCHAR", "event_id": "VARCHAR", "effective_at": "TIMESTAMP",
    "is_partial": "BOOLEAN", "is_patch": "BOOLEAN",
}  # fmt: skip

_PRODUCT_VERSIONS: Final = _TMF | {
    "subscription_id": "VARCHAR", "plan_id": "VARCHAR", "status": "VARCHAR",
    "started_at": "TIMESTAMP", "terminated_at": "TIMESTAMP",
    "customer_id": "VARCHAR", "account_id": "VARCHAR",
    "msisdn_token": "VARCHAR", "msisdn_prefix": "VARCHAR", "imsi_token": "VARCHAR",
    "contract_start_on": "DATE", "contract_end_on": "DATE",
    "home_cell_id": "VARCHAR", "region": "VARCHAR", "termination_reason": "VARCHAR",
    "service_kind": "VARCHAR", "extra": "VARCHAR",
}  # fmt: skip

_CUSTOMER_VERSIONS: Final = _TMF | {
    "customer_id": "VARCHAR", "name_token": "VARCHAR", "status": "VARCHAR",
    "party_kind": "VARCHAR", "account_id": "VARCHAR", "segment": "VARCHAR", "region": "VARCHAR",
    "payment_kind": "VARCHAR", "credit_class": "VARCHAR", "parent_account_id": "VARCHAR",
    "consent_marketing": "VARCHAR", "extra": "VARCHAR",
}  # fmt: skip

_PRODUCT_ORDER_ITEMS: Final = _TMF | {
    "order_id": "VARCHAR", "order_item_id": "VARCHAR", "action": "VARCHAR",
    "order_state": "VARCHAR", "item_state": "VARCHAR", "ordered_at": "TIMESTAMP",
    "completed_at": "TIMESTAMP", "requested_at": "TIMESTAMP", "channel": "VARCHAR",
    "customer_id": "VARCHAR", "subscription_id": "VARCHAR", "plan_id": "VARCHAR",
    "parent_item_id": "VARCHAR", "extra": "VARCHAR",
}  # fmt: skip

_PRODUCT_OFFERINGS: Final = _TMF | {
    "offering_id": "VARCHAR", "name": "VARCHAR", "version": "VARCHAR", "status": "VARCHAR",
    "is_bundle": "BOOLEAN", "is_sellable": "BOOLEAN", "valid_from": "TIMESTAMP",
    "valid_to": "TIMESTAMP", "specification_id": "VARCHAR", "category_ids": "VARCHAR",
    "price_ids": "VARCHAR",
}  # fmt: skip

_OFFERING_PRICES: Final = _TMF | {
    "price_id": "VARCHAR", "name": "VARCHAR", "version": "VARCHAR", "status": "VARCHAR",
    "price_type": "VARCHAR", "period_type": "VARCHAR", "period_length": "DECIMAL(18,6)",
    "amount": "DECIMAL(18,6)", "currency": "VARCHAR", "measure_amount": "DECIMAL(18,6)",
    "measure_units": "VARCHAR", "tax_category": "VARCHAR", "tax_rate": "DECIMAL(18,6)",
    "valid_from": "TIMESTAMP", "valid_to": "TIMESTAMP",
}  # fmt: skip

_USAGES: Final = _TMF | {
    "usage_ref": "VARCHAR", "rating_no": "INTEGER", "used_at": "TIMESTAMP",
    "usage_type": "VARCHAR", "status": "VARCHAR", "specification_id": "VARCHAR",
    "product_id": "VARCHAR", "rated_at": "TIMESTAMP", "rating_tag": "VARCHAR",
    "tariff_type": "VARCHAR", "amount_type": "VARCHAR", "is_billed": "BOOLEAN",
    "is_tax_exempt": "BOOLEAN", "tax_rate": "DECIMAL(18,8)", "net_amount": "DECIMAL(18,6)",
    "gross_amount": "DECIMAL(18,6)", "currency": "VARCHAR", "bucket_amount": "DECIMAL(18,6)",
    "extra": "VARCHAR",
}  # fmt: skip

_TROUBLE_TICKETS: Final = _TMF | {
    "ticket_id": "VARCHAR", "created_at": "TIMESTAMP", "resolved_at": "TIMESTAMP",
    "status": "VARCHAR", "severity": "VARCHAR", "ticket_type": "VARCHAR",
    "subscription_id": "VARCHAR", "extra": "VARCHAR",
}  # fmt: skip

_RESOURCES: Final = _TMF | {
    "api": "VARCHAR", "resource_type": "VARCHAR", "resource_id": "VARCHAR", "body": "VARCHAR",
}  # fmt: skip

_CELL_COUNTERS: Final = _LINEAGE | {
    "object_dn": "VARCHAR", "cell_id": "VARCHAR", "counter": "VARCHAR",
    "interval_start_at": "TIMESTAMP", "interval_s": "INTEGER",
    "value": "DOUBLE", "vector": "VARCHAR", "is_suspect": "BOOLEAN", "started_local": "TIMESTAMP",
}  # fmt: skip

_TRACE_SAMPLES: Final = _LINEAGE | {
    "profile": "VARCHAR", "measured_at": "TIMESTAMP", "utc_offset_min": "INTEGER",
    "started_local": "TIMESTAMP", "time_flag": "VARCHAR",
    "technology": "VARCHAR", "network_mode": "VARCHAR", "cell_id": "VARCHAR",
    "imsi_token": "VARCHAR", "device_token": "VARCHAR",
    "grid_latitude": "DECIMAL(5,2)", "grid_longitude": "DECIMAL(5,2)",
    "rsrp_dbm": "DOUBLE", "rsrq_db": "DOUBLE", "sinr_db": "DOUBLE", "rscp_dbm": "DOUBLE",
    "ecno_db": "DOUBLE", "rssi_dbm": "DOUBLE", "cqi": "DOUBLE", "downlink_kbps": "DOUBLE",
    "uplink_kbps": "DOUBLE", "speed_kmh": "DOUBLE", "extra": "VARCHAR",
}  # fmt: skip

_DECLARATIONS: Final = _LINEAGE | {
    "statement_no": "VARCHAR", "partner_id": "VARCHAR", "period_start": "DATE",
    "period_end": "DATE", "direction": "VARCHAR", "service_type": "VARCHAR",
    "destination_id": "VARCHAR", "calls": "BIGINT", "seconds": "BIGINT", "events": "BIGINT",
    "amount": "DECIMAL(18,2)", "currency": "VARCHAR",
}  # fmt: skip

_PAYMENTS: Final = _LINEAGE | {
    "payment_id": "VARCHAR", "account_id": "VARCHAR", "paid_at": "TIMESTAMP",
    "paid_local": "TIMESTAMP", "amount": "DECIMAL(18,2)", "currency": "VARCHAR",
    "method": "VARCHAR", "kind": "VARCHAR", "reference": "VARCHAR",
}  # fmt: skip

_DECK_PRICES: Final = _LINEAGE | {
    "profile": "VARCHAR", "card_id": "VARCHAR", "is_agreement": "BOOLEAN",
    "service_type": "VARCHAR", "direction": "VARCHAR", "currency": "VARCHAR",
    "namespace": "VARCHAR", "covers_all": "BOOLEAN", "kind": "VARCHAR", "code": "VARCHAR",
    "prefix": "VARCHAR", "destination_id": "VARCHAR", "destination_name": "VARCHAR",
    "band_id": "VARCHAR", "unit_price": "DECIMAL(18,6)", "unit_size": "BIGINT",
    "setup_fee": "DECIMAL(18,6)", "first_increment": "BIGINT", "increment": "BIGINT",
    "rate_id": "VARCHAR", "starts": "DATE", "ends": "DATE", "note": "VARCHAR",
    "is_closed": "BOOLEAN",
}  # fmt: skip

_DECK_CHANGES: Final = _LINEAGE | {"as_of": "DATE"} | CHANGE_COLUMNS

QUARANTINE: Final = _LINEAGE | {
    "feed": "VARCHAR", "table_name": "VARCHAR", "reason_code": "VARCHAR", "detail": "VARCHAR",
    "raw_line": "VARCHAR", "first_seen_at": "TIMESTAMP", "started_local": "TIMESTAMP",
    "duration_ms": "BIGINT", "bytes": "BIGINT", "events": "BIGINT",
}  # fmt: skip

FILES: Final = {
    "file_id": "VARCHAR", "feed": "VARCHAR", "format": "VARCHAR", "file_name": "VARCHAR",
    "node_id": "VARCHAR", "stream": "VARCHAR", "sequence_no": "BIGINT", "state": "VARCHAR",
    "refusal_code": "VARCHAR", "refusal_detail": "VARCHAR", "findings": "VARCHAR",
    "size_bytes": "BIGINT", "declared_records": "BIGINT", "declared_duration_ms": "BIGINT",
    "declared_bytes": "BIGINT", "declared_events": "BIGINT", "raw_records": "BIGINT",
    "landed_records": "BIGINT", "quarantined_records": "BIGINT", "landed_duration_ms": "BIGINT",
    "landed_bytes": "BIGINT", "landed_events": "BIGINT", "quarantined_duration_ms": "BIGINT",
    "quarantined_bytes": "BIGINT", "quarantined_events": "BIGINT", "created_at": "TIMESTAMP",
    "first_seen_at": "TIMESTAMP", "landed_seq": "BIGINT", "duplicate_of": "VARCHAR",
    "archive_id": "VARCHAR",
}  # fmt: skip
# What the warehouse reads of files: the ledger computes the last local day from a table of its own.
EXPORTED_FILES: Final = FILES | {"last_data_on": "DATE"}

EXPECTATIONS: Final = {
    "suite": "VARCHAR", "feed": "VARCHAR", "batch_id": "VARCHAR", "run_at": "TIMESTAMP",
    "expectation": "VARCHAR", "column_name": "VARCHAR", "severity": "VARCHAR",
    "success": "BOOLEAN", "observed": "VARCHAR", "kwargs": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A landed table: its folder, its partition column (or none) and its DuckDB column types."""

    feed: str
    name: str
    partition: str | None
    columns: Mapping[str, str]

    @property
    def folder(self) -> str:
        """Path of the table under `landing`."""
        return f"{self.feed}/{self.name}"

    @property
    def schema_file(self) -> str:
        """Path, under `landing`, of the empty file that carries the schema."""
        if self.partition is None:
            return f"{self.folder}/_schema.parquet"
        first = "1970-01-01" if self.partition.endswith("_date") else "1970-01"
        return f"{self.folder}/{self.partition}={first}/_schema.parquet"


_PARTITIONED: Final = (
    Table("mediation", "cdrs", "usage_date", _CDRS),
    *(Table(feed, "cdrs", "usage_date", _CDRS) for feed in SWITCH_FEEDS),
    Table("switch_cucm", "cmrs", "usage_date", _CMRS),
    Table("cdr3gpp", "cdrs", "usage_date", _CDRS),
    Table("tmf", "product_versions", "landed_month", _PRODUCT_VERSIONS),
    Table("tmf", "customer_versions", "landed_month", _CUSTOMER_VERSIONS),
    Table("tmf", "product_order_items", "landed_month", _PRODUCT_ORDER_ITEMS),
    Table("tmf", "trouble_tickets", "landed_month", _TROUBLE_TICKETS),
    Table("tmf", "product_offerings", "landed_month", _PRODUCT_OFFERINGS),
    Table("tmf", "offering_prices", "landed_month", _OFFERING_PRICES),
    Table("tmf", "usages", "landed_month", _USAGES),
    Table("tmf", "resources", "landed_month", _RESOURCES),
    Table("pm", "cell_counters", "measured_date", _CELL_COUNTERS),
    Table("field_trace", "samples", "measured_date", _TRACE_SAMPLES),
    Table("partner", "declarations", "period", _DECLARATIONS),
    Table("payments", "payments", "paid_month", _PAYMENTS),
    Table("tap_in", "batches", "batch_month", _ROAMING_BATCHES),
    Table("tap_in", "cdrs", "usage_date", _CDRS),
    Table("tap_in", "events", "usage_month", _TAP_EVENTS),
    Table("tap_in", "charges", "usage_month", _TAP_CHARGES),
    Table("rap_in", "batches", "batch_month", _ROAMING_BATCHES),
    Table("rap_in", "returns", "batch_month", _RAP_RETURNS),
    Table("nrtrde_in", "batches", "batch_month", _ROAMING_BATCHES),
    Table("nrtrde_in", "events", "usage_month", _NRTRDE_EVENTS),
    Table("decks", "prices", None, _DECK_PRICES),
    Table("decks", "changes", None, _DECK_CHANGES),
    *(Table("quarantine", feed, "landed_month", QUARANTINE) for feed in FEEDS),
)
_REFERENCE: Final = tuple(
    Table("reference", name, None, _LINEAGE | {"landed_seq": "BIGINT"} | dict(columns))
    for name, columns in (REFERENCE_COLUMNS | LIST_COLUMNS).items()
)

TABLES: Final[Mapping[str, Table]] = {t.folder: t for t in (*_PARTITIONED, *_REFERENCE)}

DECK_ACTIVATIONS: Final = {
    "activation_id": "BIGINT", "file_id": "VARCHAR", "file_name": "VARCHAR", "profile": "VARCHAR",
    "card_id": "VARCHAR", "from_day": "DATE", "is_retroactive": "BOOLEAN",
    "activated_at": "TIMESTAMP", "activated_by": "VARCHAR", "withdrawn_at": "TIMESTAMP",
    "withdrawn_by": "VARCHAR",
}  # fmt: skip

# What people did with records and files that did not land, and with usage that has no price;
# record_no is empty for a whole file, usage_id and rating_run are given for suspended usage only.
QUARANTINE_ACTIONS: Final = {
    "action_id": "BIGINT", "kind": "VARCHAR", "landed_seq": "BIGINT", "acted_at": "TIMESTAMP",
    "acted_by": "VARCHAR", "reason": "VARCHAR", "selection": "VARCHAR",
    "undoes_action_id": "BIGINT",
}  # fmt: skip
QUARANTINE_OUTCOMES: Final = {
    "action_id": "BIGINT", "file_id": "VARCHAR", "record_no": "INTEGER", "outcome": "VARCHAR",
    "reason_code": "VARCHAR", "detail": "VARCHAR", "usage_id": "VARCHAR", "rating_run": "VARCHAR",
}  # fmt: skip

# Every attempt to read a database; landed_seq is given when it ended otherwise than the one before.
DATABASE_READINGS: Final = {
    "reading_id": "BIGINT", "source": "VARCHAR", "read_at": "TIMESTAMP", "outcome": "VARCHAR",
    "rows_read": "BIGINT", "reason": "VARCHAR", "landed_seq": "BIGINT",
}  # fmt: skip

EXPORTS: Final = {
    "ledger/files.parquet": EXPORTED_FILES,
    "ledger/expectations.parquet": EXPECTATIONS,
    "ledger/deck_activations.parquet": DECK_ACTIVATIONS,
    "ledger/quarantine_actions.parquet": QUARANTINE_ACTIONS,
    "ledger/quarantine_outcomes.parquet": QUARANTINE_OUTCOMES,
    "ledger/database_readings.parquet": DATABASE_READINGS,
}
