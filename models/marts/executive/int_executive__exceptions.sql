-- Everything someone has to look at, from the facts that say so. Text is made here, so that page,
-- export and alarm read the same words.
{{ config(access='private', contract={'enforced': false}) }}

with

data_window as (
    select * from {{ ref('int_assurance__data_window') }}
),

failed as (
    select
        control_id,
        control_name,
        is_blocking,
        unit,
        count(*) as scopes,
        -- Of several that are off alike the last by name: every build says the same.
        max_by(scope_value, (coalesce(abs(difference_value), 0), scope_value)) as worst_scope,
        max(abs(difference_value)) as worst_difference
    from {{ ref('fct_control_results') }}
    where not is_passed
    group by all
),

controls as (
    select
        control_id,
        owner,
        page
    from {{ ref('dim_controls') }}
),

control_exceptions as (
    select
        case when failed.is_blocking then 'control_failed' else 'control_warning' end as kind,
        failed.control_id as subject,
        data_window.data_to_on as detected_on,
        failed.control_id || ' does not hold: ' || failed.control_name as title,
        failed.scopes || ' scopes are off; the worst is ' || failed.worst_scope || ' by '
        || cast(failed.worst_difference as decimal(18, 2)) || ' ' || failed.unit as detail,
        case
            when failed.unit = '{{ var("reporting_currency") }}' then failed.worst_difference
        end as value_amount,
        '{{ var("reporting_currency") }}' as currency,
        controls.owner as owner_role,
        controls.page,
        'control_id=' || failed.control_id as filter_query,
        failed.worst_difference as weight
    from failed
    inner join controls
        on failed.control_id = controls.control_id
    cross join data_window
),

late_feeds as (
    select
        'feed_late' as kind,
        freshness.feed as subject,
        data_window.data_to_on as detected_on,
        'Feed ' || freshness.feed || ' is late' as title,
        coalesce(
            'Its data ends on ' || strftime(freshness.last_data_on, '%Y-%m-%d') || ', '
            || freshness.behind_h || ' hours behind the newest feed',
            'Nothing of it has arrived'
        ) as detail,
        null as value_amount,
        null as currency,
        cadences.owner_role,
        'data_health' as page,
        'feed=' || freshness.feed as filter_query,
        freshness.behind_h as weight
    from {{ ref('fct_feed_freshness') }} as freshness
    inner join {{ ref('feed_cadences') }} as cadences
        on freshness.feed = cadences.feed
    cross join data_window
    where freshness.is_late
),

disputes as (
    select
        'partner_dispute' as kind,
        statement_id as subject,
        cast(period_to as date) as detected_on,
        partner_name || ' and we differ for ' || strftime(period_month, '%Y-%m') as title,
        'Ours less theirs is ' || difference_amount || ' ' || currency || ' net' as detail,
        abs(difference_amount) as value_amount,
        currency,
        'WHS' as owner_role,
        'settlement' as page,
        'statement_id=' || statement_id as filter_query,
        abs(difference_amount) as weight
    from {{ ref('fct_settlement_statements') }}
    where status = 'disputed'
),

signals as (
    select
        kind,
        subject,
        detected_on,
        title,
        detail,
        value_amount,
        currency,
        owner_role,
        page,
        filter_query,
        weight
    from {{ ref('int_executive__signals') }}
)

select * from control_exceptions
union all
select * from late_feeds
union all
select * from disputes
union all
select * from signals
