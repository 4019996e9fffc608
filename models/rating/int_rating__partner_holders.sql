-- The partner and agreement behind a trunk, and behind a mobile network for its subscribers in ours
-- and for ours in it, cut where either changes.
with

kinds as (
    select unnest(['visitors', 'roamers']) as agreement_kind
),

places as (
    select
        concat('trunk:', trunk_id) as holder_key,
        'interconnect' as agreement_kind,
        partner_id,
        valid_from,
        valid_to
    from {{ ref('dim_trunks') }}
    union all
    select
        concat(kinds.agreement_kind, ':', networks.plmn) as holder_key,
        kinds.agreement_kind,
        networks.partner_id,
        networks.valid_from,
        networks.valid_to
    from {{ ref('dim_partner_networks') }} as networks
    cross join kinds
),

agreements as (
    select
        agreement_id,
        agreement_kind,
        partner_id,
        valid_from,
        valid_to
    from {{ ref('dim_agreements') }}
),

covered as (
    select
        places.holder_key,
        agreements.valid_from,
        agreements.valid_to,
        places.valid_from as place_from,
        places.valid_to as place_to
    from places
    inner join agreements
        on
            places.partner_id = agreements.partner_id
            and places.agreement_kind = agreements.agreement_kind
),

edges as (
    select
        holder_key,
        valid_from as edge_on
    from places
    union
    select
        holder_key,
        valid_to as edge_on
    from places
    union
    select
        holder_key,
        valid_from as edge_on
    from covered
    where valid_from > place_from and valid_from < place_to
    union
    select
        holder_key,
        valid_to as edge_on
    from covered
    where valid_to > place_from and valid_to < place_to
),

spans as (
    select
        holder_key,
        edge_on as valid_from,
        lead(edge_on) over (partition by holder_key order by edge_on) as valid_to
    from edges
),

partner_holders as (
    select
        spans.holder_key,
        places.partner_id,
        agreements.agreement_id,
        {{ utc_instant('spans.valid_from') }} as valid_from,
        {{ utc_instant('spans.valid_to') }} as valid_to
    from spans
    inner join places
        on
            spans.holder_key = places.holder_key
            and spans.valid_from >= places.valid_from
            and spans.valid_from < places.valid_to
    left join agreements
        on
            places.partner_id = agreements.partner_id
            and places.agreement_kind = agreements.agreement_kind
            and spans.valid_from >= agreements.valid_from
            and spans.valid_from < agreements.valid_to
)

select * from partner_holders
