"""The published figures against the truth of the simulated world, which nothing but tests reads."""

from __future__ import annotations

import json

from tests.end_to_end.conftest import Demo, differences


def test_every_file_has_the_state_the_world_gave_it(demo: Demo) -> None:
    # Of two names with the same content either may be the one that landed.
    columns = """regexp_replace(file_name, '(-copy)?[.]csv([.]gz)?$', '') as delivery, state,
        case when state = 'landed' then landed_records::bigint end as landed,
        case when state = 'landed' then quarantined_records::bigint end as quarantined"""
    assert not differences(
        demo.published(),
        f"select {columns} from truth_files where state <> 'missing'",
        f"select {columns} from fct_files where feed = 'mediation'",
    )


def test_every_broken_record_is_in_quarantine_under_its_reason(demo: Demo) -> None:
    summary = json.loads((demo.answers / "summary.json").read_text())
    found = demo.published().execute(
        """select reason_code, count(*) from fct_quarantined_records
           where feed = 'mediation' group by reason_code"""
    )
    reasons = dict(found.fetchall())
    assert reasons.pop("conflict") == summary["conflicts"]
    assert reasons == summary["quarantined_by_reason"]


def test_duplicates_conflicts_and_test_numbers_are_told_apart(demo: Demo) -> None:
    summary = json.loads((demo.answers / "summary.json").read_text())
    found = dict(
        demo.build()
        .execute("select outcome, count(*) from fct_raw_records group by outcome")
        .fetchall()
    )
    assert found["duplicate"] == summary["duplicates"]
    assert found["conflict"] == summary["conflicts"]
    assert found["filtered"] == summary["events_by_outcome"]["filtered"]
    # Parts of a session, and the two halves of a call, are one event.
    parts = demo.build().execute(
        "select sum(landed_records::int - usage_events::int) from truth_element_files "
        "where state = 'landed'"
    )
    ((more,),) = parts.fetchall()
    assert found["canonical"] - more == summary["events_by_outcome"]["canonical"]


def test_rated_usage_is_the_truth_to_the_last_decimal(demo: Demo) -> None:
    assert not differences(
        demo.build(),
        """select month, coalesce(plan_id, ''), service_type, direction, status,
                  sum(events::bigint), sum(quantity::bigint), sum(charged_quantity::bigint),
                  sum(free_quantity::bigint), sum(charge_amount::decimal(18, 4))
           from truth_rated group by all""",
        """select usage_month::varchar, coalesce(plan_id, ''), service_type, direction,
                  coalesce(reason_code, status), count(*), sum(quantity),
                  coalesce(sum(charged_quantity), 0), coalesce(sum(free_quantity), 0),
                  coalesce(sum(charge_amount), 0)::decimal(18, 4)
           from fct_rated_usage where rating_run = 'retail' group by all""",
    )


def test_every_bill_is_the_truth_to_the_cent(demo: Demo) -> None:
    assert not differences(
        demo.published(),
        """select account_id, month, recurring_amount::decimal(18, 2),
                  usage_amount::decimal(18, 2), commitment_amount::decimal(18, 2),
                  tax_amount::decimal(18, 2), total_amount::decimal(18, 2)
           from truth_bills""",
        """select account_id, bill_month::varchar, recurring_amount, usage_amount,
                  commitment_amount, tax_amount, total_amount
           from fct_bills""",
    )


def test_every_commitment_that_is_short_is_billed_to_the_cent(demo: Demo) -> None:
    truth = """select account_id, coalesce(subscription_id, '') as subscription_id, plan_id,
                   month, active_days::bigint, exact_amount::decimal(18, 6),
                   net_amount::decimal(18, 2)
               from truth_bill_lines where line_kind = 'commitment'"""
    con = demo.published()
    short = con.execute(f"select count(*), count_if(subscription_id = '') from ({truth})")
    both, of_accounts = short.fetchall()[0]
    assert both > of_accounts > 0
    assert not differences(
        con,
        truth,
        """select account_id, coalesce(subscription_id, ''), plan_id, bill_month::varchar,
                  quantity, exact_amount, net_amount
           from fct_bill_lines where line_kind = 'commitment'""",
    )


def test_every_settlement_line_is_the_truth_to_the_cent(demo: Demo) -> None:
    assert not differences(
        demo.published(),
        """select partner_id, month, direction, service_type, destination_id, band_id, rate_id,
                  calls::bigint + events::bigint, seconds::bigint,
                  exact_amount::decimal(18, 6), net_amount::decimal(18, 2), currency
           from truth_settlement_lines""",
        """select partner_id, period_month::varchar, direction, service_type, destination_id,
                  band_id, rate_id, calls::bigint, seconds::bigint, exact_amount, net_amount,
                  currency
           from fct_settlement_lines""",
    )


def test_what_is_carried_is_earned_from_one_network_and_paid_to_another(demo: Demo) -> None:
    con = demo.build()
    carried = "select usage_id from fct_rated_usage where rating_run = 'transit' and quantity > 0"
    assert not differences(
        con,
        "select sum(exact_amount::decimal(18, 6)) from truth_settlement_lines "
        "where direction = 'transit'",
        f"select sum(earned_amount) from int_rating__margins where usage_id in ({carried})",
    )
    legs = con.execute(
        f"select directions, count(*) from (select list_sort(list(direction)) as directions "
        f"from fct_settlement_legs where usage_id in ({carried}) group by usage_id) group by all"
    ).fetchall()
    assert [directions for directions, _ in legs] == [["out", "transit"]]
    assert con.execute(
        "select count(*) from fct_rated_usage as one inner join fct_rated_usage as other "
        "on one.usage_id = other.usage_id where one.rating_run = 'transit' "
        "and other.rating_run = 'retail'"
    ).fetchall() == [(0,)]


def test_differences_with_partners_are_all_explained(demo: Demo) -> None:
    con = demo.published()
    assert not differences(
        con,
        """with ours as (
               select partner_id, month, direction, sum(net_amount::decimal(18, 2)) as amount
               from truth_settlement_lines group by all),
           theirs as (
               select partner_id, month, direction, sum(their_amount::decimal(18, 2)) as amount
               from truth_declarations where is_sent = 'True' group by all)
           select partner_id, month, direction, ours.amount - theirs.amount
           from ours inner join theirs using (partner_id, month, direction)
           where ours.amount <> theirs.amount
               and month in (select period_month::varchar from fct_partner_declarations)""",
        """select partner_id, period_month::varchar, direction, sum(difference_amount)
           from fct_settlement_differences group by all having sum(difference_amount) <> 0""",
    )
    unexplained = con.execute(
        "select count(*) from fct_settlement_differences where cause_class = 'unexplained'"
    )
    assert unexplained.fetchall() == [(0,)]


def test_the_base_rolls_forward_as_it_did(demo: Demo) -> None:
    assert not differences(
        demo.published(),
        "select month, gross_adds::bigint, churned::bigint, closing::bigint from truth_base",
        """select month::varchar, sum(gross_adds)::bigint, sum(churned_subscriptions)::bigint,
                  sum(closing_subscriptions)::bigint
           from fct_customer_months group by month""",
    )


def test_every_payment_arrived_once(demo: Demo) -> None:
    assert not differences(
        demo.build(),
        "select sum(payments::bigint), sum(amount::decimal(18, 2)) from truth_payments",
        "select count(*), sum(amount) from stg_payments__payments",
    )


def test_roaming_partners_charge_what_they_charged(demo: Demo) -> None:
    assert not differences(
        demo.published(),
        """select sender, sum(landed_records::bigint), sum(charge_sdr::decimal(18, 6))
           from truth_roaming_files where feed = 'tap_in' group by all""",
        """select sender, count(*), sum(charge_amount)
           from fct_tap_events where not is_repeat group by all""",
    )


def test_the_rate_deck_of_a_carrier_is_live_and_changes_what_it_was_written_to(demo: Demo) -> None:
    """Its rows begin after the world has ended, or on the day it landed if that is later."""
    ledger = f"read_parquet('{demo.home.landing}/ledger/deck_activations.parquet')"
    changes = f"read_parquet('{demo.home.landing}/decks/changes/*.parquet')"
    assert not differences(
        demo.build(),
        f"""select destination_id, change, greatest(valid_from::date, activated.from_day),
                   old_price::decimal(18, 6), nullif(new_price, '')::decimal(18, 6)
            from truth_rate_decks cross join {ledger} as activated""",
        f"""select destination_id, change, effective_on, old_price, new_price
            from {changes} where destination_id <> '*any'""",
    )
    assert not differences(
        demo.build(),
        """select destination_id, new_price::decimal(18, 6)
           from truth_rate_decks where change <> 'ended'""",
        """select agreed.destination_id, rates.unit_price
           from stg_reference__agreement_rates as agreed
           inner join stg_reference__rates as rates using (rate_id)
           where agreed.agreement_id = 'AG-TRANSGLOBE' and rates.tier_start = 0
               and agreed.rate_id like 'AG-TRANSGLOBE:%'""",
    )


def test_elements_with_files_of_their_own_are_told_file_by_file(demo: Demo) -> None:
    con = demo.build()
    feeds = "feed in ('cdr3gpp', 'switch_opensips')"
    # Of two names with the same content either may be the one that landed.
    columns = "feed, regexp_replace(file_name, '-copy$', ''), state"
    assert not differences(
        con,
        f"select {columns} from truth_element_files where state <> 'missing_file'",
        f"select {columns} from dim_files where {feeds}",
    )
    assert not differences(
        con,
        """select feed, day, usage_events::bigint, duration_s::bigint, bytes::bigint
           from truth_element_files where state = 'landed' and usage_events <> '0'""",
        f"""select feed, usage_date::varchar, count(*), sum(duration_s)::bigint,
                   sum(bytes_total)::bigint
            from fct_usage_events where {feeds} group by all""",
    )


def test_usage_of_those_elements_has_an_owner_and_a_price(demo: Demo) -> None:
    found = (
        demo.build()
        .execute(
            """select feed, rated.reason_code, count(*) > 1000
               from fct_usage_events inner join fct_rated_usage as rated using (usage_id)
               where feed in ('cdr3gpp', 'switch_opensips') and rating_run = 'retail'
                   and coalesce(rated.reason_code, '') in ('', 'no_owner', 'no_plan')
               group by all order by feed"""
        )
        .fetchall()
    )
    assert found == [("cdr3gpp", None, True), ("switch_opensips", None, True)]


def test_a_session_that_lacks_a_part_is_known_to(demo: Demo) -> None:
    assert not differences(
        demo.build(),
        """select regexp_extract(detail, '[0-9]+$') from truth_faults
           where fault = 'lost_partial'""",
        "select charging_ref from int_usage__sessions where not is_complete",
    )
