"""TM Forum JSON: bodies, versions, events, what is kept and what is taken out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from landing_files import Landing

PRODUCT: dict[str, Any] = {
    "id": "SU1", "status": "active", "startDate": "2026-03-02T10:00:00+01:00",
    "productOffering": {"id": "POST_S"}, "billingAccount": {"id": "AC1"},
    "relatedParty": [{"id": "CU1", "role": "customer"}],
    "productCharacteristic": [
        {"name": "msisdn", "value": "999601234567"}, {"name": "imsi", "value": "999700000000001"},
        {"name": "contractEnd", "value": "2027-03-02"}, {"name": "colour", "value": "blue"},
        {"name": "contactNumber", "value": "415 279 7439"},
    ],
}  # fmt: skip
CUSTOMER: dict[str, Any] = {
    "id": "CU1", "name": "Maria Blanca", "status": "active",
    "engagedParty": {"id": "PA1", "@referredType": "Individual"},
    "account": [{"id": "AC1"}, {"id": "AC2"}],
    "characteristic": [{"name": "segment", "value": "consumer"}],
}  # fmt: skip


def event(kind: str, key: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {
        "eventId": "E1",
        "eventTime": "2026-03-05T00:30:00+01:00",
        "eventType": kind,
        "event": {key: resource},
    }


def lines(*values: Any) -> bytes:
    return ("\n".join(json.dumps(value) for value in values) + "\n").encode()


def test_a_product_lands_with_tokens_and_without_numbers(landing: Landing) -> None:
    changed = event("ProductStateChangeEvent", "product", PRODUCT | {"status": "suspended"})
    landing.one("tmf", "637/p.jsonl", lines(PRODUCT, changed))
    rows = landing.rows("tmf/product_versions")
    assert {row["status"] for row in rows} == {"active", "suspended"}
    assert {str(row["effective_at"]) for row in rows} == {
        "2026-03-02 09:00:00", "2026-03-04 23:30:00",
    }  # fmt: skip
    assert rows[0]["msisdn_token"].startswith("k1.")
    assert (rows[0]["msisdn_prefix"], rows[0]["plan_id"]) == ("99960123", "POST_S")
    assert rows[0]["extra"] == '{"colour": "blue"}'
    assert "999601234567" not in str(rows)


def test_the_call_and_the_product_share_the_token(landing: Landing) -> None:
    from landing_files import call, mediation

    landing.drop("mediation", "1.csv", mediation(call()))
    landing.one("tmf", "637/p.json", json.dumps(PRODUCT).encode())
    used = landing.rows("mediation/cdrs", "a_token, imsi_token")[0]
    owned = landing.rows("tmf/product_versions", "msisdn_token, imsi_token")[0]
    assert used["a_token"] == owned["msisdn_token"]
    assert used["imsi_token"] == owned["imsi_token"]


def test_a_customer_lands_once_per_account_without_a_name(landing: Landing) -> None:
    landing.one("tmf", "629/c.jsonl", lines(CUSTOMER, CUSTOMER | {"id": "CU2", "account": []}))
    rows = landing.rows("tmf/customer_versions", "customer_id, account_id, name_token")
    assert [(r["customer_id"], r["account_id"]) for r in rows] == [
        ("CU1", "AC1"), ("CU1", "AC2"), ("CU2", None),
    ]  # fmt: skip
    assert "Maria" not in str(landing.rows("tmf/customer_versions"))
    assert landing.files()[0]["landed_records"] == 2


def test_both_versions_give_the_same_party(landing: Landing) -> None:
    item = {"id": "1", "action": "add", "product": {"id": "SU1"}}
    flat = {
        "id": "O1",
        "orderDate": "2026-03-02T10:00:00Z",
        "state": "in_progress",
        "relatedParty": [{"id": "CU1", "role": "customer"}],
        "productOrderItem": [item],
    }
    party = {"role": "customer", "partyOrPartyRole": {"id": "CU1", "@type": "PartyRef"}}
    nested = flat | {"id": "O2", "@type": "ProductOrder", "relatedParty": [party]}
    del nested["orderDate"]
    nested["creationDate"] = flat["orderDate"]
    landing.one("tmf", "622/o.jsonl", lines(flat, nested))
    rows = landing.rows("tmf/product_order_items")
    assert {(row["customer_id"], str(row["ordered_at"])) for row in rows} == {
        ("CU1", "2026-03-02 10:00:00")
    }
    assert {row["api_version"] for row in rows} == {"v4", "v5"}
    assert {row["order_state"] for row in rows} == {"inProgress"}


def test_personal_fields_are_taken_out_of_other_resources(landing: Landing) -> None:
    person = {"id": "42", "@type": "Individual", "givenName": "Jane", "familyName": "Lamborgizzia",
              "status": "validated", "contactMedium": [{"emailAddress": "jane@x.example"}],
              "relatedParty": [{"id": "1", "name": "Bob Friend", "role": "agent"}]}  # fmt: skip
    landing.one("tmf", "632/i.json", json.dumps(person).encode())
    body = landing.rows("tmf/resources")[0]["body"]
    assert json.loads(body)["status"] == "validated"
    assert not any(word in body for word in ("Jane", "Lamborgizzia", "jane@", "Bob"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"id": "1", "id": "2"}', "unreadable"),
        ('{"id": "1"', "unreadable"),
        ('{"status": "active"}', "unknown_type"),
        ('{"@type": "Product", "status": "active"}', "missing"),
        ('{"id": "1", "@type": "Product", "startDate": "2026-13-41T00:00:00Z"}', "bad_time"),
        ('[{"op": "replace", "path": "/status", "value": "x"}]', "unpaired"),
        ('{"id": "1", "@type": "Product", "relatedParty": "nobody", "productOffering": 7,'
         ' "productCharacteristic": 5}', "bad_type"),
    ],
)  # fmt: skip
def test_a_bad_document_is_quarantined(landing: Landing, text: str, reason: str) -> None:
    landing.one("tmf", "x.json", text.encode())
    assert landing.reasons("tmf") == [reason]


def test_a_bad_line_is_alone(landing: Landing) -> None:
    data = lines(PRODUCT) + b'{"id": \n' + lines(PRODUCT | {"id": "SU2"})
    landing.one("tmf", "637/p.jsonl", data)
    assert landing.reasons("tmf") == ["unreadable"]
    assert [r["record_no"] for r in landing.rows("tmf/product_versions", "record_no")] == [1, 3]


def test_deep_json_is_refused(landing: Landing) -> None:
    report = landing.one("tmf", "637/p.json", b'{"id": ' + b"[" * 100 + b"]" * 100 + b"}")
    assert report.files[0].reason.startswith("limit: the JSON has 101 levels, at most 64 allowed")


def test_a_catalogue_lands_as_offerings_and_prices(landing: Landing) -> None:
    offering = {"id": "PO1", "@type": "ProductOffering", "name": "Fibre",
                "lifecycleStatus": "Active",
                "isBundle": False, "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
                "category": [{"id": "9"}, {"id": "12"}], "productOfferingPrice": [{"id": "PP1"}],
                "productSpecification": {"id": "PS1"}}  # fmt: skip
    price = {"id": "PP1", "@type": "ProductOfferingPrice", "priceType": "recurring",
             "recurringChargePeriodType": "monthly", "recurringChargePeriodLength": 1,
             "price": {"unit": "EUR", "value": 29.9}, "tax": [{"taxCategory": "VAT",
             "taxRate": 21.0}], "lastUpdate": "2026-02-01T00:00:00Z"}  # fmt: skip
    landing.one("tmf", "620/c.jsonl", "\n".join(map(json.dumps, (offering, price))).encode())
    row = landing.rows("tmf/product_offerings")[0]
    assert (row["offering_id"], row["price_ids"], row["category_ids"]) == ("PO1", "PP1", "12,9")
    assert str(row["effective_at"]) == "2026-01-01 00:00:00"
    row = landing.rows("tmf/offering_prices")[0]
    assert (str(row["amount"]), row["currency"], row["period_type"]) == (
        "29.900000", "EUR", "monthly",
    )  # fmt: skip
    assert str(row["tax_rate"]) == "0.210000"
