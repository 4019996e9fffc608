"""What of a TM Forum resource may reach the warehouse: people's fields are taken out by rule.

What belongs here: the list of personal fields and their removal. Tokens do not.
"""

import re
from typing import Any, Final

_PERSONAL_KEYS: Final = frozenset(
    name.lower()
    for name in (
        "givenName", "familyName", "fullName", "formattedName", "legalName", "middleName",
        "preferredGivenName", "familyNamePrefix", "aristocraticTitle", "generation", "tradingName",
        "birthDate", "deathDate", "placeOfBirth", "countryOfBirth", "nationality", "gender",
        "maritalStatus", "emailAddress", "phoneNumber", "faxNumber", "socialNetworkId", "street1",
        "street2", "streetName", "streetNr", "postCode", "postcode", "city", "stateOrProvince",
        "locality", "contactMedium", "contact", "identificationId", "individualIdentification",
        "organizationIdentification", "otherName", "disability", "languageAbility", "skill",
        "note", "author", "place", "geographicAddress", "iban", "accountHolder", "description",
        "externalReference", "externalIdentifier", "taxExemptionCertificate", "creditRating",
        "attachment", "publicIdentifier", "location",
    )
)  # fmt: skip
_PARTY_PARENTS: Final = frozenset({
    "relatedparty", "engagedparty", "party", "partyorpartyrole", "customer", "individual",
    "organization", "relatedcustomer", "owner", "financialaccountowner",
    "organizationparentrelationship", "organizationchildrelationship",
})  # fmt: skip
_PARTY_TYPES: Final = frozenset({"Individual", "Organization", "Customer"})
_IDENTIFIERS: Final = frozenset({
    "msisdn", "imsi", "imei", "iccid", "number", "phonenumber", "ipaddress", "name", "email",
})  # fmt: skip
_DIGITS: Final = re.compile(r"\+?[\d\s().-]{7,}")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def looks_personal(value: Any) -> bool:
    """Say whether a value reads like a telephone number, an identifier or a mail address."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return False
    if "@" in value:
        return True
    bare = sum(char.isdigit() for char in value)
    return bool(_DIGITS.fullmatch(value)) and bare >= 7 and not _DATE.match(value)


def cleaned_operation(operation: dict[str, Any]) -> dict[str, Any]:
    """Return an operation of a JSON patch without personal values: its path says whose they are."""
    path = str(operation.get("path")).partition("?")[0]
    steps = [step.lower() for step in path.split("/") if step and not step.isdigit()]
    kept = {name: item for name, item in operation.items() if name != "value"} | {"path": path}
    value = operation.get("value")
    is_person = _PERSONAL_KEYS.union(_PARTY_PARENTS) & set(steps)
    if value is not None and not is_person and not looks_personal(value):
        named = [step for step in steps if step != "-"]
        kept["value"] = cleaned(value, named[-1] if named else "")
    return kept


def cleaned(value: Any, parent: str = "", resource_type: str = "") -> Any:
    """Return a JSON value without personal fields.

    Args:
        value: the resource or a part of it.
        parent: lower-case key above it.
        resource_type: type of the whole resource, at its top level only.
    """
    if isinstance(value, list):
        return [cleaned(item, parent) for item in value]
    if not isinstance(value, dict):
        return value
    in_party = parent in _PARTY_PARENTS or resource_type in _PARTY_TYPES
    named = str(value.get("name", "")).lower()
    kept = {}
    for key, item in value.items():
        low = key.lower()
        if low in _PERSONAL_KEYS or (low == "name" and in_party):
            continue
        if low == "value" and (named in _IDENTIFIERS or looks_personal(item)):
            continue
        kept[key] = cleaned(item, low)
    return kept
