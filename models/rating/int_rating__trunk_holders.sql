-- The partner and agreement behind a trunk, cut where either changes.
with

trunks as (
    select
        trunk_id,
        partner_id,
        valid_from,
        valid_to
    from {{ ref('dim_trunks') }}
),

agreements as (
    select
        agreement_id,
        partner_id,
        valid_from,
        valid_to
    from {{ ref('dim_agreements') }}
),

edges as (
    select
        trunk_id,
        valid_from as edge_on
    from trunks
    union
    select
        trunk_id,
        valid_to as edge_on
    from trunks
    union
    select
        trunks.trunk_id,
        agreements.valid_from as edge_on
    from trunks
    inner join agreements on trunks.partner_id = agreements.partner_id
    where
        agreements.valid_from > trunks.valid_from
        and agreements.valid_from < trunks.valid_to
    union
    select
        trunks.trunk_id,
        agreements.valid_to as edge_on
    from trunks
    inner join agreements on trunks.partner_id = agreements.partner_id
    where
        agreements.valid_to > trunks.valid_from
        and agreements.valid_to < trunks.valid_to
),

spans as (
    select
        trunk_id,
        edge_on as valid_from,
        lead(edge_on) over (partition by trunk_id order by edge_on) as valid_to
    from edges
),

trunk_holders as (
    select
        concat('trunk:', spans.trunk_id) as holder_key,
        trunks.partner_id,
        agreements.agreement_id,
        {{ utc_instant('spans.valid_from') }} as valid_from,
        {{ utc_instant('spans.valid_to') }} as valid_to
    from spans
    inner join trunks
        on
            spans.trunk_id = trunks.trunk_id
            and spans.valid_from >= trunks.valid_from
            and spans.valid_from < trunks.valid_to
    left join agreements
        on
            trunks.partner_id = agreements.partner_id
            and spans.valid_from >= agreements.valid_from
            and spans.valid_from < agreements.valid_to
)

select * from trunk_holders
