"""What charging records mean for usage: calls, messages, IMS sessions, data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from landing_files import Landing

from tests.charging import making
from tests.charging.encoding import holding, instant, integer, number, plain, sequence, tbcd

IMSI = tbcd("999700000000001")
SEIZED, ANSWERED, RELEASED = (
    instant(f"260302{clock}+0100") for clock in ("100000", "100007", "100107")
)


def one(landing: Landing, record: bytes) -> dict[str, Any]:
    """Land one record and return its row, or its quarantine row."""
    landing.one("cdr3gpp", "a.ber", record)
    rows = landing.rows("cdr3gpp/cdrs") or landing.rows("quarantine/cdr3gpp")
    assert len(rows) == 1
    return rows[0]


def mo_call(*more: bytes, duration: int = 60) -> bytes:
    return holding(
        0,
        plain(0, b"\0"),
        plain(1, IMSI),
        plain(3, number("999601234567")),
        plain(9, number("99960000001")),
        plain(25, integer(duration)),
        plain(32, b"\x0a\x0b"),
        *more,
    )


ANSWERED_CALL = (plain(22, SEIZED), plain(23, ANSWERED), plain(24, RELEASED), plain(30, b"\0"))


def test_an_answered_call_is_charged_from_its_answer(landing: Landing) -> None:
    trunk = holding(11, plain(1, b"TG-BORA-1"))
    place = holding(12, plain(0, b"\0\x10"), plain(1, b"\1\0"), plain(2, bytes.fromhex("99f907")))
    dialled = plain(5, number("4930123456"))
    row = one(landing, mo_call(dialled, trunk, place, *ANSWERED_CALL))
    wanted = {
        "record_type": "moc", "service_type": "voice", "direction": "out",
        "node_id": "99960000001", "charging_ref": "0a0b", "duration_s": 60, "ring_s": 7,
        "a_prefix": "99960123", "b_prefix": "49301234", "b_number_type": "international",
        "call_outcome": "answered", "closing_cause": "normal", "trunk_out": "TG-BORA-1",
        "cell_id": "99970-16-256", "visited_plmn": "99970", "event_count": 0, "bytes_up": 0,
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted
    assert str(row["started_at"]) == "2026-03-02 09:00:07"


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [(17, "busy"), (18, "no_answer"), (19, "no_answer"), (21, "rejected"), (41, "failed")],
)
def test_an_attempt_rings_and_is_not_charged(landing: Landing, cause: int, outcome: str) -> None:
    attempt = (plain(22, SEIZED), plain(24, RELEASED), plain(30, b"\3"))
    reason = holding(31, plain(0, integer(cause)))
    row = one(landing, mo_call(plain(5, number("4930123456")), *attempt, reason, duration=67))
    found = (row["duration_s"], row["ring_s"], row["call_outcome"], row["release_cause"])
    assert found == (0, 67, outcome, cause)


@pytest.mark.parametrize(
    ("address", "kind", "prefix"),
    [
        (number("4930123456", 1), "international", "49301234"),
        (number("004930123456", 0), "international", "49301234"),
        (number("601234567", 2), "national", "99960123"),
        (number("601234567", 0), "national", "99960123"),
        (number("112", 0), "short", None),
        (number("*72601234567", 0), "short", None),
        (b"\x21\x80" + tbcd("601234567"), "national", "99960123"),
    ],
)
def test_a_called_number_has_its_type(
    landing: Landing, address: bytes, kind: str, prefix: str | None
) -> None:
    row = one(landing, mo_call(plain(5, address), *ANSWERED_CALL))
    assert (row["b_number_type"], row["b_prefix"]) == (kind, prefix)


def test_a_terminating_call_has_the_served_party_as_b(landing: Landing) -> None:
    record = holding(
        1,
        plain(1, IMSI),
        plain(3, number("999601234567")),
        plain(4, number("4930123456")),
        plain(6, number("99960000001")),
        plain(20, ANSWERED),
        plain(22, integer(60)),
        plain(27, b"\0"),
        plain(29, b"\1"),
    )
    row = one(landing, record)
    assert (row["record_type"], row["direction"]) == ("mtc", "in")
    assert (row["a_prefix"], row["b_prefix"]) == ("49301234", "99960123")
    assert str(row["ended_at"]) == "2026-03-02 09:01:07"


@pytest.mark.parametrize("counted", [b"", b"\x0a"])
def test_a_message_is_one_event(landing: Landing, counted: bytes) -> None:
    record = holding(
        6,
        plain(1, IMSI),
        plain(3, number("999601234567")),
        plain(6, number("99960000001")),
        plain(8, b"\x2a"),
        plain(9, SEIZED),
        plain(12, counted + number("4930123456")),
    )
    row = one(landing, record)
    assert (row["record_type"], row["event_count"], row["duration_s"]) == ("sms_mo", 1, 0)
    assert (row["b_prefix"], row["charging_ref"]) == ("49301234", "2a")


def test_messages_without_a_reference_are_told_apart(landing: Landing) -> None:
    def message(to: str) -> bytes:
        return holding(
            7,
            plain(2, IMSI),
            plain(4, number(to)),
            plain(6, number("99960000001")),
            plain(8, SEIZED),
        )

    both = message("999601234567") + message("999601234568") + message("999601234567")
    landing.one("cdr3gpp", "a.ber", both)
    rows = landing.rows("cdr3gpp/cdrs", "usage_id")
    assert len(rows) == 3
    assert len({row["usage_id"] for row in rows}) == 2


def test_a_service_centre_record_names_both_parties(landing: Landing) -> None:
    record = holding(
        93,
        plain(1, number("99960000009")),
        holding(2, plain(0, IMSI), plain(1, number("999601234567"))),
        holding(3, sequence(holding(2, plain(1, b"+4930123456")))),
        plain(5, SEIZED),
        plain(6, b"\7"),
    )
    row = one(landing, record)
    assert (row["record_type"], row["a_prefix"], row["b_prefix"]) == (
        "sms_mo",
        "99960123",
        "49301234",
    )


def ims(*more: bytes) -> bytes:
    return holding(
        63,
        holding(4, plain(1, b"scscf1.example")),
        holding(6, plain(0, b"sip:+999601234567@ims.example;user=phone")),
        holding(7, plain(1, b"tel:+49-30-123456")),
        plain(8, b"999700000000001@ims.mnc070.mcc999.3gppnetwork.org"),
        plain(19, b"icid-1"),
        *more,
    )


def test_an_ims_session_is_a_call_from_its_delivery(landing: Landing) -> None:
    times = plain(9, SEIZED), plain(10, ANSWERED), plain(11, RELEASED)
    row = one(landing, ims(plain(2, b"INVITE"), plain(3, b"\0"), *times))
    wanted = {
        "record_type": "moc", "direction": "out", "node_id": "scscf1.example", "duration_s": 60,
        "ring_s": 7, "a_prefix": "99960123", "b_prefix": "49301234", "call_outcome": "answered",
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted
    assert row["imsi_token"]


def test_an_ims_message_is_an_event_and_a_registration_no_usage(landing: Landing) -> None:
    times = plain(9, SEIZED), plain(11, SEIZED)
    message = ims(plain(2, b"MESSAGE"), plain(3, b"\1"), *times)
    landing.one("cdr3gpp", "a.ber", message + ims(plain(2, b"REGISTER"), *times))
    row = landing.rows("cdr3gpp/cdrs")[0]
    assert (row["record_type"], row["event_count"], row["direction"]) == ("sms_mt", 1, "in")
    assert landing.reasons("cdr3gpp") == ["unknown_type"]


def gateway(*more: bytes, record: int = 79, duration: bytes = integer(600)) -> bytes:
    return holding(
        record,
        plain(3, IMSI),
        holding(4, plain(0, bytes((10, 0, 0, 1)))),
        plain(5, integer(4_000_000_000)),
        plain(13, SEIZED),
        plain(14, duration),
        *more,
    )


def service(group: int, up: int, down: int) -> bytes:
    return sequence(plain(1, integer(group)), plain(12, integer(up)), plain(13, integer(down)))


def test_service_data_of_a_gateway_is_summed(landing: Landing) -> None:
    flows = holding(34, service(5, 10, 90), service(5, 1, 9))
    bearer = holding(12, sequence(plain(3, integer(11)), plain(4, integer(99))))
    row = one(landing, gateway(bearer, flows))
    found = (row["bytes_up"], row["bytes_down"], row["rating_group"], row["node_id"])
    assert found == (11, 99, "5", "10.0.0.1")
    assert row["charging_ref"] == "4000000000"


def test_several_rating_groups_leave_none(landing: Landing) -> None:
    row = one(landing, gateway(holding(34, service(5, 10, 90), service(6, 1, 9))))
    assert (row["bytes_up"], row["rating_group"]) == (11, None)


# CD-5
def test_a_session_without_volume_lands(landing: Landing) -> None:
    row = one(landing, gateway())
    assert (row["bytes_up"], row["bytes_down"], row["duration_s"]) == (0, 0, 600)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (gateway(plain(15, integer(999))), "bad_code"),
        (gateway(plain(27, bytes.fromhex("99a907"))), "bad_identifier"),
        (gateway(plain(29, tbcd("1234"))), "bad_identifier"),
        (gateway(duration=integer(-1)), "out_of_range"),
        (gateway(duration=b"\1" * 9), "bad_type"),
        (gateway(plain(7, b"inter\0net")), "bad_encoding"),
        (gateway(plain(7, b"\xff\xfe")), "bad_encoding"),
        (holding(78, plain(3, IMSI)), "missing"),
        (holding(22, plain(0, b"\1")), "unknown_type"),
        (gateway(plain(22, b"\x91" + bytes.fromhex("99f601"))), "bad_identifier"),
        (mo_call(plain(5, number("4930123456")), plain(22, SEIZED), plain(23, ANSWERED),
                 plain(24, RELEASED), plain(30, b"\0"), duration=90), "bad_interval"),
        (mo_call(plain(5, number("4930123456")), plain(23, instant("261302100000+0100"))),
         "bad_time"),
        (mo_call(plain(5, number("4930123456")), plain(23, b"\x26\x03\x02\x10\0\0+\xa1\0")),
         "bad_time"),
        (mo_call(plain(5, number("4930123456")), plain(23, b"\x26\x03\x02")), "bad_time"),
    ],
)  # fmt: skip
def test_a_bad_record_has_its_reason(landing: Landing, record: bytes, reason: str) -> None:
    row = one(landing, record)
    assert row.get("reason_code") == reason, row
    assert row["raw_line"] == record.hex()
    assert "9997000000" not in row["detail"]


def test_an_imsi_with_a_filler_inside_is_a_bad_identifier(landing: Landing) -> None:
    record = gateway().replace(IMSI, IMSI[:3] + b"\xf0" + IMSI[4:])
    assert one(landing, record)["reason_code"] == "bad_identifier"


def test_extra_is_json_or_nothing(landing: Landing) -> None:
    landing.one("cdr3gpp", "a.ber", b"".join(making.records(seed=5, count=500)))
    extras = [row["extra"] for row in landing.rows("cdr3gpp/cdrs", "extra")]
    assert len(extras) > 20
    assert all(json.loads(extra) for extra in extras if extra is not None)
