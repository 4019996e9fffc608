-- Time cut where the band of any set, the local day or the cards in force change. Spans with the
-- same bands and cards are one moment: whatever is chosen for one of them holds for all.
with

clocks as (
    select
        instant_at,
        time_zone,
        local_at,
        cast(local_at as date) as local_on,
        cast(
            extract(hour from local_at) * 3600
            + extract(minute from local_at) * 60
            + extract(second from local_at) as integer
        ) as clock_s
    from {{ ref('int_rating__instants') }}
),

holidays as (
    select
        calendar_id,
        date
    from {{ ref('dim_holidays') }}
),

holding as (
    select
        clocks.instant_at,
        bands.band_set_id,
        bands.band_id,
        bands.starts_s,
        row_number() over (
            partition by clocks.instant_at, bands.band_set_id
            order by bands.weight desc, bands.starts_s desc, bands.band_id asc
        ) as band_rank
    from clocks
    inner join {{ ref('dim_time_bands') }} as bands
        on
            clocks.time_zone = bands.time_zone
            and clocks.clock_s >= bands.starts_s
            and {{ is_listed('year(clocks.local_on)', 'bands.years') }}
            and {{ is_listed('month(clocks.local_on)', 'bands.months') }}
            and {{ is_listed('day(clocks.local_on)', 'bands.month_days') }}
            and {{ is_listed(iso_weekday('clocks.local_on'), 'bands.weekdays') }}
    where
        not bands.is_holiday_only
        or exists (
            select 1
            from holidays
            where
                holidays.date = clocks.local_on
                and holidays.calendar_id = coalesce(bands.holiday_calendar_id, holidays.calendar_id)
        )
),

bands_at as (
    select
        instant_at,
        {{ ordered_list(
            "concat_ws(" ~ field_separator() ~ ", band_set_id, band_id, starts_s)", 'band_set_id'
        ) }} as signature
    from holding
    where band_rank = 1
    group by instant_at
),

card_edges as (
    select valid_from as edge_on from {{ ref('int_rating__offers') }}
    union
    select valid_to as edge_on from {{ ref('int_rating__offers') }}
),

days as (
    select
        clocks.instant_at,
        clocks.local_on,
        max(card_edges.edge_on) as cards_from
    from clocks
    left join card_edges on clocks.local_on >= card_edges.edge_on
    where clocks.time_zone = '{{ var("time_zone") }}'
    group by clocks.instant_at, clocks.local_on
),

situations as (
    select
        days.instant_at,
        days.local_on as usage_date,
        coalesce(days.cards_from, {{ first_date() }}) as cards_from,
        coalesce(bands_at.signature, '') as signature
    from days
    left join bands_at on days.instant_at = bands_at.instant_at
),

changed as (
    select
        *,
        coalesce(
            signature <> lag(signature) over (order by instant_at)
            or usage_date <> lag(usage_date) over (order by instant_at),
            true
        ) as is_change
    from situations
),

moment_spans as (
    select
        instant_at as from_at,
        coalesce(lead(instant_at) over (order by instant_at), {{ open_instant() }}) as to_at,
        usage_date,
        cards_from,
        signature,
        dense_rank() over (order by cards_from, signature) as moment_id
    from changed
    where is_change
)

select * from moment_spans
