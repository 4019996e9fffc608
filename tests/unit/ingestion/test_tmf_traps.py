"""TM Forum JSON: every numbered trap of FORMATS section 7, named by its number.

What parts of a resource do to the versions before them, events told twice (TF-3) and patches
without their resource (TF-4) are unit tests of the models.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from landing_files import Landing

from ingestion.readers.tmf_documents import documents
from ingestion.readers.tmf_rows import order, product
from ingestion.readers.tmf_usage import usage
from ingestion.readers.tmf_values import (
    BadValueError,
    Money,
    check_intervals,
    check_prices,
    check_tax,
    money,
)
from ingestion.reasons import LandingError

ORDER: dict[str, Any] = {
    "id": "O1", "orderDate": "2026-03-02T10:00:00Z", "state": "acknowledged",
    "productOrderItem": [{"id": "1", "action": "add"}],
}  # fmt: skip
USAGE: dict[str, Any] = {
    "id": "U1", "usageDate": "2026-03-02T10:00:00Z", "usageType": "Voicemail", "status": "rated",
    "usageCharacteristic": [{"name": "seconds", "valueType": "integer", "value": "12"}],
    "ratedProductUsage": [{
        "productRef": {"id": "SU1"}, "isBilled": "false", "taxRate": 20,
        "taxExcludedRatingAmount": {"unit": "EUR", "value": 10},
        "taxIncludedRatingAmount": {"unit": "EUR", "value": 12},
    }],
}  # fmt: skip


def utc(_at: Any) -> int:
    return 0


def token(_kind: str, value: str | None) -> str | None:
    return None if value is None else f"k1.{value}"


def one(value: Any, hint: str | None = None, name: str = "x.json") -> Any:
    """Return the only document of a body."""
    (document,) = documents(json.dumps(value).encode(), hint, name)
    return document


def refusal(make: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(BadValueError) as refused:
        make(*arguments, **options)
    return refused.value.code


def test_tf_1_flat_and_nested_parties_give_the_same_customer() -> None:
    flat = ORDER | {"relatedParty": [{"id": "C1", "role": "customer"}]}
    party = {"role": "customer", "partyOrPartyRole": {"id": "C1", "@type": "PartyRef"}}
    nested = ORDER | {"relatedParty": [party], "@type": "ProductOrder"}
    assert order(flat, utc, token) == order(nested, utc, token)
    assert (one(flat, "622").api_version, one(nested).api_version) == ("v4", "v5")
    href = {"href": "https://host/tmf-api/productOrdering/v5/productOrder/O1"}
    assert one(ORDER | href, "622").api_version == "v5"


def test_tf_1_an_unknown_subclass_is_read_as_its_base_and_said(landing: Landing) -> None:
    fibre = {"id": "SU1", "@type": "FibreProduct", "@baseType": "Product", "status": "active"}
    changed = {"eventId": "E1", "eventTime": "2026-03-02T10:00:00Z",
               "eventType": "ProductCreateEvent",
               "event": {"product": fibre | {"@type": "CopperProduct"}}}  # fmt: skip
    landing.one("tmf", "x.jsonl", "\n".join(map(json.dumps, (fibre, changed))).encode())
    assert len(landing.rows("tmf/product_versions")) == 2
    assert "CopperProduct, FibreProduct" in landing.files()[0]["findings"]


def test_tf_2_the_date_of_an_order_has_two_names() -> None:
    five = {"creationDate" if key == "orderDate" else key: value for key, value in ORDER.items()}
    assert order(ORDER, utc, token) == order(five, utc, token)


@pytest.mark.parametrize(
    ("kind", "is_partial"),
    [("ProductAttributeValueChangeEvent", True), ("ProductStateChangeEvent", True),
     ("ProductDeleteEvent", True), ("ProductCreateEvent", False)],
)  # fmt: skip
def test_tf_3_an_event_but_the_first_carries_a_part(kind: str, is_partial: bool) -> None:
    document = one({"eventId": "E1", "eventTime": "2026-03-02T10:00:00Z", "eventType": kind,
                    "event": {"product": {"id": "SU1", "status": "suspended"}}})  # fmt: skip
    assert document.is_partial is is_partial
    assert (document.event_id, document.event_time) == ("E1", "2026-03-02T10:00:00Z")


def test_tf_4_a_patch_needs_a_target_from_envelope_or_file_name(landing: Landing) -> None:
    rename = {"op": "replace", "path": "/status", "value": "suspended"}
    cell = {
        "op": "replace",
        "path": "/productCharacteristic/value?productCharacteristic.name=homeCell",
        "value": "C9",
    }
    append = {"op": "add", "path": "/note/-", "value": {"text": "Jane called"}}
    landing.drop("tmf", "637/TMF637-Product-SU1.patch.json", json.dumps([rename]).encode())
    href = "https://host/tmf-api/productInventory/v4/product/SU2/"
    envelope = {"eventId": "E7", "eventTime": "2026-03-02T10:00:00Z", "href": href,
                "@type": "Product", "patch": [cell, append]}  # fmt: skip
    merge = {"id": "SU3", "@type": "Product", "patch": {"status": "terminated"}}
    landing.drop("tmf", "p.jsonl", "\n".join(map(json.dumps, (envelope, merge))).encode())
    landing.drop("tmf", "no-target.json", json.dumps([append]).encode())
    landing()
    rows = landing.rows(
        "tmf/product_versions", "subscription_id, status, home_cell_id, is_partial, event_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("SU1", "suspended", None, True, None), ("SU2", None, "C9", True, "E7"),
        ("SU3", "terminated", None, True, None),
    ]  # fmt: skip
    kept = landing.rows("tmf/resources", "resource_type, resource_id, body")
    assert [(row["resource_type"], row["resource_id"]) for row in kept] == [("ProductPatch", "SU2")]
    assert "Jane" not in kept[0]["body"]
    assert landing.reasons("tmf") == ["unpaired"]
    by_name = {row["file_name"]: row["raw_records"] for row in landing.files()}
    assert by_name == {"TMF637-Product-SU1.patch.json": 1, "p.jsonl": 3, "no-target.json": 1}


def test_tf_4_each_operation_of_a_patch_is_a_record_of_its_own(landing: Landing) -> None:
    when = {"op": "replace", "path": "/startDate", "value": "soon"}
    move = {"op": "remove", "path": "/note/0"}
    envelope = {"eventId": "E7", "eventTime": "2026-03-02T10:00:00Z", "id": "SU1",
                "@type": "Product", "patch": [when, move, when, move]}  # fmt: skip
    landing.one("tmf", "p.jsonl", "\n".join(map(json.dumps, (envelope, {"id": 1}))).encode())
    landed = landing.rows("tmf/resources", "record_no, event_id")
    assert [tuple(row.values()) for row in landed] == [(3, "E7#0002"), (5, "E7#0004")]
    aside = landing.rows("quarantine/tmf", "record_no, reason_code")
    assert [tuple(row.values()) for row in aside] == [
        (1, "bad_time"), (2, "unknown_type"), (4, "bad_time"),
    ]  # fmt: skip


def test_tf_4_patches_are_told_from_events_and_resources(landing: Landing) -> None:
    told = {"eventId": "E1", "eventTime": "2026-03-02T10:00:00Z",
            "eventType": "ProductStateChangeEvent",
            "event": {"product": {"id": "SU1", "status": "active"}}}  # fmt: skip
    merge = {"id": "SU2", "@type": "Product", "patch": {"status": "terminated"}}
    move = {"id": "SU3", "@type": "Product", "patch": [{"op": "remove", "path": "/note/0"}]}
    landing.one("tmf", "p.jsonl", "\n".join(map(json.dumps, (told, merge, move))).encode())
    found = landing.rows("tmf/product_versions", "subscription_id, is_patch")
    assert [tuple(row.values()) for row in found] == [("SU1", False), ("SU2", True)]
    assert landing.rows("tmf/resources", "is_patch") == [{"is_patch": True}]


def test_tf_4_a_deletion_ends_a_resource_and_removes_nothing(landing: Landing) -> None:
    gone = {"eventId": "E1", "eventTime": "2026-03-02T10:00:00Z", "eventType": "ProductDeleteEvent",
            "event": {"product": {"id": "SU1"}}}  # fmt: skip
    whole = {"id": "SU1", "status": "active", "startDate": "2026-03-01T00:00:00Z"}
    landing.one("tmf", "637/p.jsonl", "\n".join(map(json.dumps, (whole, gone))).encode())
    rows = landing.rows("tmf/product_versions", "status, cast(terminated_at as varchar) as at")
    assert [tuple(row.values()) for row in rows] == [
        ("active", None), ("terminated", "2026-03-02 10:00:00"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [("integer", "12", 12), ("number", "1.5", 1.5), ("boolean", "true", True),
     ("integer", "007", "007"), ("string", "12", "12"), ("integer", "", "")],
)  # fmt: skip
def test_tf_5_values_in_text_are_cast_by_their_type(kind: str, value: str, found: Any) -> None:
    told = {"id": "SU1", "productCharacteristic": [
        {"name": "speed", "valueType": kind, "value": value}]}  # fmt: skip
    extra = json.loads(product(told, utc, token)[0]["extra"])
    assert extra == {"speed": found}
    assert type(extra["speed"]) is type(found)


@pytest.mark.parametrize(
    ("kind", "value"), [("integer", "fast"), ("boolean", "2"), ("dateTime", "x")]
)
def test_tf_5_a_value_of_another_type_is_bad(kind: str, value: str) -> None:
    told = {"id": "SU1", "productCharacteristic": [
        {"name": "speed", "valueType": kind, "value": value}]}  # fmt: skip
    assert refusal(product, told, utc, token) == "bad_type"


def test_tf_6_money_has_two_shapes_and_a_currency() -> None:
    assert money({"unit": "EUR", "value": 1.5}, "p") == money({"units": "EUR", "amount": 1.5}, "p")
    assert money({}, "p") == Money()
    for unit in ("euro", "eur", "EUU", "XXX", "", None):
        assert refusal(money, {"unit": unit, "value": 1}, "p") == "bad_code"
    assert refusal(money, {"unit": "EUR", "value": "1.1234567"}, "p") == "bad_scale"
    assert refusal(money, {"unit": "EUR", "value": True}, "p") == "bad_type"
    assert refusal(money, {"unit": "EUR", "value": "NaN"}, "p") == "bad_type"


def test_tf_6_the_profile_says_what_a_tax_rate_is(landing: Landing) -> None:
    rows = usage(USAGE, utc, tax_in_percent=True)
    assert [(str(row["tax_rate"]), row["currency"]) for row in rows] == [("0.2", "EUR")]
    assert refusal(usage, USAGE, utc, tax_in_percent=False) == "out_of_range"
    check_tax(money({"unit": "EUR", "value": 10}, "n"), Money(), None, in_percent=True)
    path = landing.home.root / "profiles" / "tmf.yml"
    path.parent.mkdir(parents=True)
    path.write_text("tax_rate: fraction\n")
    landing.one("tmf", "635/u.json", json.dumps(USAGE).encode())
    assert landing.reasons("tmf") == ["out_of_range"]
    path.write_text("tax_rate: maybe\n")
    with pytest.raises(LandingError, match="expected percent or fraction"):
        landing.one("tmf", "635/v.json", json.dumps(USAGE | {"id": "U2"}).encode())


@pytest.mark.parametrize(
    ("unit", "gross", "is_right"),
    [("EUR", "12.01", True), ("EUR", "12.02", False), ("JPY", "13", True), ("JPY", "13.1", False),
     ("KWD", "12.001", True), ("KWD", "12.002", False)],
)  # fmt: skip
def test_tf_6_a_rate_leads_to_the_amount_within_a_minor_unit(
    unit: str, gross: str, is_right: bool
) -> None:
    price = {"taxRate": 20, "dutyFreeAmount": {"unit": unit, "value": 10},
             "taxIncludedAmount": {"unit": unit, "value": gross}}  # fmt: skip
    told = {"productOrderItem": [{"id": "1", "itemPrice": [{"price": price}]}]}
    if is_right:
        check_prices(told, in_percent=True)
    else:
        assert refusal(check_prices, told, in_percent=True) == "out_of_range"
    assert refusal(check_prices, told, in_percent=False) == "out_of_range"


def test_tf_6_amounts_with_and_without_tax_have_one_currency() -> None:
    net, gross = money({"unit": "EUR", "value": 10}, "n"), money({"unit": "USD", "value": 12}, "g")
    assert refusal(check_tax, net, gross, None, in_percent=True) == "bad_code"


def test_tf_6_a_price_of_an_order_or_the_catalogue_is_checked(landing: Landing) -> None:
    price = {"taxRate": 21, "dutyFreeAmount": {"unit": "EUR", "value": 100},
             "taxIncludedAmount": {"unit": "EUR", "value": 121}}  # fmt: skip
    wrong = price | {"taxRate": 20}
    ordered = ORDER | {"@type": "ProductOrder", "productOrderItem": [
        {"id": "1", "action": "add", "itemPrice": [{"price": wrong}]}]}  # fmt: skip
    listed = {"id": "PP1", "@type": "ProductOfferingPrice", "price": price}
    lines = (ordered, listed, listed | {"id": "PP2", "price": wrong})
    landing.one("tmf", "x.jsonl", "\n".join(map(json.dumps, lines)).encode())
    assert landing.reasons("tmf") == ["out_of_range"] * 2
    row = landing.rows("tmf/offering_prices", "price_id, amount, currency, tax_rate")[0]
    assert [str(value) for value in row.values()] == ["PP1", "100.000000", "EUR", "0.210000"]


def test_tf_7_nested_items_and_relationships_give_one_tree() -> None:
    nested = [{"id": "1", "productOrderItem": [{"id": "2"}, {"id": "3"}]}]
    bundles = [{"id": "1", "productOrderItemRelationship": [
        {"id": "2", "relationshipType": "bundles"}, {"id": "3", "relationshipType": "bundles"}]},
        {"id": "2"}, {"id": "3", "productOrderItemRelationship": [
            {"id": "2", "relationshipType": "reliesOn"}]}]  # fmt: skip
    trees = [
        {(row["order_item_id"], row["parent_item_id"])
         for row in order(ORDER | {"productOrderItem": items}, utc, token)}
        for items in (nested, bundles)
    ]  # fmt: skip
    assert trees[0] == trees[1] == {("1", None), ("2", "1"), ("3", "1")}


def test_tf_7_items_in_a_circle_are_refused() -> None:
    circle = [
        {"id": "1", "productOrderItemRelationship": [{"id": "2", "relationshipType": "bundles"}]},
        {"id": "2", "productOrderItemRelationship": [{"id": "1", "relationshipType": "bundles"}]},
    ]
    assert refusal(order, ORDER | {"productOrderItem": circle}, utc, token) == "bad_code"


@pytest.mark.parametrize(
    ("state", "found"),
    [("in_progress", "inProgress"), ("inProgress", "inProgress"), ("Pending", "pending")],
)
def test_tf_8_spellings_in_the_wild_mean_the_same(state: str, found: str) -> None:
    assert order(ORDER | {"state": state}, utc, token)[0]["order_state"] == found


def test_tf_8_another_spelling_of_a_key_is_said() -> None:
    document = one(ORDER | {"validfor": {"startDateTime": "2026-03-02T10:00:00Z"}}, "622")
    assert document.uses_alias
    assert "validFor" in document.resource


def test_tf_9_amounts_of_the_examples_are_read_and_said(landing: Landing) -> None:
    rated = {"taxExcludedAmount": {"unit": "EUR", "value": 10}, "taxRate": 20}
    landing.one("tmf", "635/u.json", json.dumps(USAGE | {"ratedProductUsage": [rated]}).encode())
    row = landing.rows("tmf/usages")[0]
    assert (str(row["net_amount"]), row["gross_amount"], row["extra"]) == (
        "10.000000", None, '{"seconds": 12}',
    )  # fmt: skip
    assert "alias_used" in landing.files()[0]["findings"]


def test_tf_9_a_resource_needs_id_and_date_and_a_request_neither(landing: Landing) -> None:
    bare = {key: value for key, value in USAGE.items() if key != "usageDate"}
    undated = {key: value for key, value in ORDER.items() if key != "orderDate"}
    landing.drop("tmf", "635/u.json", json.dumps(bare).encode())
    landing.drop("tmf", "622/o.json", json.dumps(undated).encode())
    landing.drop(
        "tmf", "622/n.json", json.dumps(ORDER | {"id": "", "@type": "ProductOrder"}).encode()
    )
    body = {"@type": "ProductOrder", "state": "acknowledged"}
    landing.drop("tmf", "622/create_request.json", json.dumps(body).encode())
    landing()
    assert landing.reasons("tmf") == ["missing"] * 3
    assert [row["resource_type"] for row in landing.rows("tmf/resources")] == [
        "ProductOrderRequest"
    ]
    assert landing.rows("tmf/product_order_items") == []


def test_tf_10_an_interval_must_not_begin_after_its_end() -> None:
    turned = {"startDateTime": "2026-03-02T10:00:00Z", "endDateTime": "2026-03-01T10:00:00Z"}
    for name in ("validFor", "consumptionPeriod"):
        assert refusal(check_intervals, {name: turned}, utc) == "bad_interval"
    open_end = turned | {"endDateTime": "9999-12-31T00:00:00Z"}
    check_intervals({"validFor": open_end}, utc)


def test_tf_11_a_fragment_without_a_type_is_unknown() -> None:
    document = one({"status": "active"}, "654/BucketStatusExampleType")
    assert document.problem.startswith("unknown_type")


def test_tf_12_a_key_twice_cannot_be_read() -> None:
    (document,) = documents(b'{"id": "1", "status": "a", "status": "b"}', "637", "x.json")
    assert document.problem.startswith("unreadable")


def test_tf_12_nobody_is_named_in_what_lands(landing: Landing) -> None:
    person = {"id": "7", "@type": "Individual", "givenName": "Jane", "familyName": "Doe",
              "contactMedium": [{"phoneNumber": "+34 600 123 456"}]}  # fmt: skip
    mine = USAGE | {"relatedParty": [{"id": "7", "name": "Jane Doe", "role": "customer"}]}
    landing.drop("tmf", "632/i.json", json.dumps(person).encode())
    landing.drop("tmf", "635/u.json", json.dumps(mine).encode())
    landing()
    text = str(landing.rows("tmf/resources")) + str(landing.rows("tmf/usages"))
    assert not any(word in text for word in ("Jane", "Doe", "600 123"))
