"""Blocks of the roaming page: columns, words for states and reasons, headline figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.formats import (
    DASH,
    REPORTING_CURRENCY,
    escape,
    full_money,
    is_missing,
    money,
    month,
    plain,
)
from app.frames import Frame
from app.scope import Filters
from app.ui import states
from app.ui.tables import Column

NOT_CHECKED = f"{DASH} not checked"
SERVICES = {"voice_moc": "Calls made", "sms_mo": "Messages sent", "data": "Data"}
UNITS = {"minute": ("min", 1), "message": ("messages", 0), "GB": ("GB", 3)}
RATE_STATUS = {"agrees": "✓ agrees", "differs": "▲ differs", "not_checked": NOT_CHECKED}
WHY = {
    "no_cap": "no cap on the day",
    "no_fx": "no rate of ours",
    "no_rate": "no rate in the file",
    "no_basket": "no basket on the day",
}
PARTNER_DAY = "A partner-day is one network, one service and one local day"
AMOUNTS = ("charged_amount", "allowed_amount", "excess_amount")
NETWORKS = {
    "state": Column("Average", help="The average price of the month against the cap"),
    "network": Column("Network", help="By the list of networks, else the sender's TADIG code"),
    "country": Column("Country"),
    "service_words": Column("Service"),
    "excess_amount": Column(
        f"Excess ({REPORTING_CURRENCY})",
        "money",
        "Charged above the caps on single days; a day below does not make up for it",
    ),
    "charged_amount": Column(
        f"Charged ({REPORTING_CURRENCY})", "money", "Without tax, at the file's own exchange rate"
    ),
    "allowed_amount": Column(f"Allowed ({REPORTING_CURRENCY})", "money", "Used at the cap"),
    "quantity": Column(
        "Used", "number", "A call counts at least the 30 seconds that may be charged"
    ),
    "average_price": Column(
        f"Average price ({REPORTING_CURRENCY})", "exact", "Charged per minute, message or GB"
    ),
    "cap_price": Column(
        f"Cap ({REPORTING_CURRENCY})",
        "exact",
        "Per minute, message or GB; where it changes within the month, its average over the use",
    ),
    "days_over": Column("Days over", "number", "Of the days that were checked"),
    "not_checked": Column("Days not checked", help="In none of the amounts of the row"),
    "difference_amount": Column(
        f"Charged \N{MINUS SIGN} allowed ({REPORTING_CURRENCY})",
        "money",
        "Over the whole month: below zero the average keeps the cap",
    ),
    "visited_plmn": Column("MCC and MNC", help="Code of the visited network"),
    "sender": Column("Sender", help="TADIG code of who sends its TAP files"),
}
BY_NETWORK = {
    "label": Column("Network"),
    "charged_amount": Column(f"Charged ({REPORTING_CURRENCY})", "money"),
    "allowed_amount": Column(f"Allowed ({REPORTING_CURRENCY})", "money"),
    "difference_amount": Column(f"Charged \N{MINUS SIGN} allowed ({REPORTING_CURRENCY})", "money"),
}
RATES = {
    "state": Column("State"),
    "sender": Column("Sender", width="small", help="Visited network (TADIG code)"),
    "sequence_no": Column("File no.", "number", width="small"),
    "rate_date": Column("Made available", "day", "Basket and our rates are those of this day"),
    "local_currency": Column("Currency", width="small"),
    "file_rate": Column("File's rate", "number", "Local currency units per SDR, as the file says"),
    "our_rate": Column(
        "Basket's rate", "number", "Local currency units per SDR at our month-end rates"
    ),
    "difference_pct": Column("Difference (%)", "measure", "The file's rate less the basket's"),
    "events": Column("Events", "count", "Charged at this rate"),
    "why": Column("Why not checked"),
    "exchange_rate_code": Column("Code", "number", "Of the rate in the file's own table"),
    "recipient": Column("Recipient", width="small"),
    "file_name": Column("File", width="medium"),
}


def headline(days: Mapping[str, Any], rates: Mapping[str, Any]) -> None:
    """Show the six figures of the month."""
    missing = int(days["partner_days"] - days["checked_days"])
    wall = st.grid(3, min_column_width=200, border=True)
    wall.metric(
        "Charged",
        money(days["charged_amount"]),
        help="By networks of the EU and EEA for calls made, messages sent and data, without tax, "
        "at the file's own exchange rate; checked partner-days only",
    )
    wall.metric(
        "Allowed", money(days["allowed_amount"]), help="The same use at the cap of each day"
    )
    wall.metric(
        "Excess on single days",
        money(days["excess_amount"]),
        help="Charged above what is allowed, by partner-day; days below do not make up for it",
    )
    wall.metric(
        "Partner-days over",
        DASH if is_missing(days["over_pct"]) else f"{plain(days['over_pct'], 1)} %",
        help=f"{plain(days['over_days'])} of {plain(days['checked_days'])} that were checked. "
        f"{PARTNER_DAY}",
    )
    wall.metric(
        "Partner-days not checked",
        f"{plain(missing)} of {plain(days['partner_days'])}",
        help=f"{PARTNER_DAY}. Not checked is not within",
    )
    unchecked = plain(rates["rates"] - rates["checked_rates"])
    wall.metric(
        "Exchange rates that differ",
        f"{plain(rates['differing_rates'])} of {plain(rates['checked_rates'])}",
        help=f"Rates {tolerance(rates)}. {unchecked} more could not be checked",
    )
    said = [
        "A cap limits the average that a network may charge, not a single call or day: what is "
        "over is for the talk with the partner. Nothing here changes a charge."
    ]
    if missing:
        said.append(f"Not checked: {reasons(days, 'days')}.")
    if not is_missing(days["unchecked_amount"]):
        said.append(f"{full_money(days['unchecked_amount'])} charged on them is in no figure.")
    st.caption(" ".join(said))


def tolerance(rates: Mapping[str, Any]) -> str:
    """Return what makes a rate differ, in words without an end."""
    limit = rates["tolerance_pct"]
    beyond = "the tolerance" if is_missing(limit) else f"{plain(limit, 1)} %"
    return f"more than {beyond} (sdr_rate_tolerance_pct) from what the basket of the SDR is worth"


def reasons(row: Mapping[str, Any], ending: str) -> str:
    """Return why something was not checked: `4 no cap on the day, 1 no rate of ours`.

    Args:
        row: Counts `<reason>_<ending>`; those that are absent or 0 are left out.
        ending: `days` or `rates`.
    """
    counts = ((row.get(f"{code}_{ending}"), words) for code, words in WHY.items())
    return ", ".join(f"{plain(count)} {words}" for count, words in counts if count)


def how_to_check(days: Mapping[str, Any], rates: Mapping[str, Any]) -> None:
    """Say which tables are missing and how to land them; nothing when all was checked."""
    lacking = (
        (
            days["no_cap_days"],
            "Partner-days without a regulated rate",
            "Put a table of regulated rates for these days (instrument, service, valid_from, "
            "valid_to, amount_eur, unit, legal_basis) into `inbox/reference` and run "
            "`trunkline run`. An operator outside the EU and EEA needs none.",
        ),
        (
            rates["no_basket_rates"],
            "Exchange rates without a basket of the SDR",
            "Put the basket valid on their days (currency, amount_per_sdr, effective_from, source) "
            "into `inbox/reference` and run `trunkline run`.",
        ),
        (
            days["no_fx_days"] + rates["no_fx_rates"],
            "Partner-days and exchange rates without a rate of ours",
            "Add the network's currency, and those of the basket, to `fx_rates.csv`, put it into "
            "`inbox/reference` and run `trunkline run`.",
        ),
    )
    for count, what, hint in lacking:
        if count:
            states.empty(f"{what}: {plain(count)}.", hint)


def nothing_in(filters: Filters, what: str, newest: Any) -> None:
    """Say that the month holds nothing of a kind, and which newest month does."""
    hint = "" if is_missing(newest) else f"The newest month with any is {month(newest)}."
    states.empty(f"{what} in {month(filters.month)}.", hint or "No month has any.")


def label(network_name: Any, sender: str) -> str:
    """Return a network by its name and sender, or by its sender alone."""
    return sender if is_missing(network_name) else f"{network_name} ({sender})"


def chart_title(by_network: Frame) -> str:
    """Return the message over the chart."""
    worst = by_network.iloc[0]
    if worst["difference_amount"] <= 0:
        return "No network is above its caps over the month"
    return (
        f"{escape(worst['label'])} charges {money(worst['difference_amount'])} more than its caps "
        "allow over the month"
    )


def in_words(networks: Frame) -> None:
    """Add the columns of `NETWORKS` that are words, in place."""
    networks["state"] = [_state(value) for value in networks["difference_amount"]]
    names = networks[["network_name", "sender"]].itertuples(index=False, name=None)
    networks["network"] = [sender if is_missing(name) else name for name, sender in names]
    networks["service_words"] = [SERVICES.get(code, code) for code in networks["service"]]
    pairs = networks[["checked_units", "unit"]].itertuples(index=False, name=None)
    networks["quantity"] = [quantity(*pair) for pair in pairs]
    counts = networks[["over_days", "checked_days"]].itertuples(index=False, name=None)
    networks["days_over"] = [f"{plain(over)} of {plain(checked)}" for over, checked in counts]
    networks["not_checked"] = [reasons(row, "days") or DASH for row in networks.to_dict("records")]


def _state(difference: Any) -> str:
    if is_missing(difference):
        return NOT_CHECKED
    return "▲ above" if difference > 0 else "✓ within"


def quantity(value: Any, unit: str) -> str:
    """Return what was used with its unit: `15.0 min`, `3 messages`, `12.500 GB`."""
    name, decimals = UNITS.get(unit, (unit, 0))
    return DASH if is_missing(value) else f"{plain(value, decimals)} {name}"


def rates_in_words(rates: Frame) -> None:
    """Add the columns of `RATES` that are words, in place."""
    rates["state"] = [RATE_STATUS.get(status, status) for status in rates["status"]]
    rates["file_rate"] = [plain(value, 4) for value in rates["exchange_rate"]]
    rates["our_rate"] = [plain(value, 4) for value in rates["basket_rate"]]
    rates["why"] = [
        DASH if is_missing(code) else WHY.get(code, code) for code in rates["reason_code"]
    ]
    for name in ("sequence_no", "exchange_rate_code"):
        rates[name] = [DASH if is_missing(value) else str(int(value)) for value in rates[name]]
