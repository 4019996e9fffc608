"""Our own walk over TAP and RAP against pycrate's decoder, field by field (TP-9, TP-10, TP-14)."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from landing_files import Landing
from roaming_files import call, el, gprs, tap

from ingestion.readers import tap_tags
from ingestion.readers.ber import BCD, HEX, TEXT, Decoder

TAP3 = pytest.importorskip("pycrate_asn1dir.TAP3")
SEEDS = range(120)
NAMED = {
    "TransferBatch": TAP3.TAP_0312.DataInterChange,
    "Notification": TAP3.TAP_0312.DataInterChange,
    "ReturnBatch": TAP3.RAP_0105.RapDataInterChange,
    "Acknowledgement": TAP3.RAP_0105.RapDataInterChange,
}

KINDS = {"BCDString": BCD} | dict.fromkeys(
    ("AsciiString", "NumberString", "HexString", "Currency"), TEXT
)


@pytest.fixture(autouse=True)
def no_size_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TAP3.ASN1Obj, "_SAFE_BND", False)


def chosen(kind: str) -> str:
    return {"TransferBatch": "transferBatch", "Notification": "notification",
            "ReturnBatch": "returnBatch", "Acknowledgement": "acknowledgement"}[kind]  # fmt: skip


def tag_of(schema: Any) -> int | None:
    return schema._tagc[0][1] if schema._tagc else None


def some(schema: Any, dice: random.Random, depth: int = 0) -> Any:
    """Return a random value of a pycrate type: about half of all optional members."""
    if schema.TYPE == "SEQUENCE":
        likely = 0.9 if depth < 4 else 0.5
        names = [n for n in schema._cont if dice.random() < likely or n in schema._root_mand]
        return {n: some(schema._cont[n], dice, depth + 1) for n in names}
    if schema.TYPE == "SEQUENCE OF":
        return [some(schema._cont, dice, depth + 1) for _ in range(dice.randint(0, 3))]
    if schema.TYPE == "CHOICE":
        name = dice.choice(list(schema._cont))
        return name, some(schema._cont[name], dice, depth + 1)
    if schema.TYPE == "INTEGER":
        return dice.choice([0, 1, -1, 127, 128, 255, 256, 2**31, -(2**31), dice.getrandbits(62)])
    digits = "".join(dice.choice("0123456789") for _ in range(2 * dice.randint(1, 9)))
    return bytes.fromhex(digits) if dice.random() < 0.5 else digits.encode()


def ours(schema: Any, value: Any) -> Any:
    """Return a pycrate value in the shape of our decoder."""
    if schema.TYPE == "SEQUENCE":
        pairs = [member(schema._cont[name], inner) for name, inner in value.items()]
        return {name: inner for name, inner in pairs if name}
    if schema.TYPE == "SEQUENCE OF":
        pairs = [member(schema._cont, inner) for inner in value]
        return [(name or "", inner if name else None) for name, inner in pairs]
    if schema.TYPE == "CHOICE":
        name, inner = member(schema._cont[value[0]], value[1])
        return {name: inner} if name else {}
    if schema.TYPE == "INTEGER":
        return value
    kind = kind_of(schema)
    if kind == TEXT:
        return value.decode("ascii", "backslashreplace")
    return value.hex().removesuffix("f") if kind == BCD else value.hex()


def kind_of(schema: Any) -> str:
    """Return how the octets of a type read, by the types it refers to."""
    modules = {"TAP-0312": TAP3.TAP_0312, "RAP-0105": TAP3.RAP_0105}
    while schema._typeref is not None:
        module, name = schema._typeref.called
        if name in KINDS:
            return KINDS[name]
        schema = getattr(modules[module], name.replace("-", "_"))
    return HEX


def member(schema: Any, value: Any) -> tuple[str | None, Any]:
    """Return our name and value of a member; None for a tag that we do not read."""
    if schema.TYPE == "CHOICE" and tag_of(schema) is None:
        return member(schema._cont[value[0]], value[1])
    known = tap_tags.RAP_TAGS.get(tag_of(schema))
    return (known[0], ours(schema, value)) if known else (None, None)


def walked(data: bytes) -> Any:
    decoder = Decoder(data, tap_tags.RAP_TAGS)
    outermost = decoder.outermost()
    assert outermost.after == len(data)
    return decoder.value(outermost)


def decoded(data: bytes, codec: Any) -> Any:
    codec.from_ber(data)
    name, value = codec.get_val()
    return ours(codec._cont[name], value)


# TP-8, TP-14
@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("is_indefinite", [False, True])
def test_generated_files_decode_alike(
    kind: str, is_indefinite: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TAP3.ASN1CodecBER, "ENC_LUNDEF", is_indefinite)
    codec, name = NAMED[kind], chosen(kind)
    sizes = []
    for seed in SEEDS:
        value = name, some(codec._cont[name], random.Random(seed))
        codec.set_val(value)
        data = codec.to_ber()
        sizes.append(len(data))
        assert walked(data) == decoded(data, codec), seed
    assert max(sizes) > 100


@pytest.mark.samples
def test_published_files_decode_alike(samples: Path) -> None:
    paths = [p for p in sorted((samples / "tap3").glob("*.ber")) if "overflow" not in p.name]
    assert paths
    for path in paths:
        data = path.read_bytes()
        codec = NAMED["ReturnBatch" if path.name.startswith("rap") else "TransferBatch"]
        decoder = Decoder(data, tap_tags.RAP_TAGS)
        assert decoder.value(decoder.outermost()) == decoded(data, codec), path.name


def test_files_of_our_own_encoder_are_good_for_pycrate() -> None:
    data = tap(call(), call(10), gprs())
    assert walked(data) == decoded(data, NAMED["TransferBatch"])


def test_fields_land_under_their_meaning(landing: Landing) -> None:
    """Values set by the names of the standard come out in the columns that mean them."""
    codec = NAMED["TransferBatch"]
    codec.from_ber(tap(call(), gprs(), totals=el(15)))
    name, batch = codec.get_val()
    data = next(value for kind, value in batch["callEventDetails"] if kind == "gprsCall")
    data["gprsServiceUsed"]["dataVolumeIncoming"] = 11
    data["gprsServiceUsed"]["dataVolumeOutgoing"] = 22
    data["gprsBasicCallInformation"]["chargingId"] = 33
    voice = next(value for kind, value in batch["callEventDetails"] if kind != "gprsCall")
    voice["basicCallInformation"]["totalCallEventDuration"] = 44
    voice["basicCallInformation"]["causeForTerm"] = 4
    voice["thirdPartyInformation"] = {"thirdPartyNumber": bytes.fromhex("447700900999")}
    detail = {"chargeType": b"00", "charge": 5000, "chargeableUnits": 66, "chargedUnits": 77}
    item = {"chargedItem": b"E", "exchangeRateCode": 1, "chargeDetailList": [detail],
            "taxInformation": [{"taxCode": 1, "taxValue": 8, "taxableAmount": 9}],
            "discountInformation": {"discountCode": 1, "discount": 10}}  # fmt: skip
    voice["basicServiceUsedList"][0]["chargeInformationList"] = [item]
    batch["accountingInfo"]["tapCurrency"] = b"USD"
    codec.set_val((name, batch))
    report = landing.one("tap_in", "1", codec.to_ber())
    assert (report.records, report.quarantined) == (2, 0)
    moc, session = sorted(landing.rows("tap_in/cdrs"), key=lambda row: row["record_no"])
    assert (moc["duration_s"], moc["closing_cause"]) == (44, "abnormal")
    assert moc["c_token"].startswith("k1.")
    assert (session["bytes_down"], session["bytes_up"]) == (11, 22)
    assert session["charging_ref"] == "33"
    charge = landing.rows("tap_in/charges")[0]
    shown = ("charged_item", "chargeable_units", "charged_units", "currency", "local_currency")
    assert [charge[name] for name in shown] == ["E", 66, 77, "USD", "EUR"]
    money = ("charge_amount", "tax_amount", "discount_amount", "exchange_rate")
    assert [str(charge[name]) for name in money] == [
        "5.000000", "0.008000", "0.010000", "1.16203000",
    ]  # fmt: skip
