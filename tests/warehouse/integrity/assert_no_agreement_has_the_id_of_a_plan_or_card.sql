-- In rating an agreement is a plan and a card of its own: one id must not name two of them.
{{ config(meta={'dagster': {'ref': {'name': 'dim_agreements'}}}) }}

select
    agreements.agreement_id,
    plans.plan_id,
    cards.rate_card_id
from {{ ref('dim_agreements') }} as agreements
left join {{ ref('dim_plans') }} as plans on agreements.agreement_id = plans.plan_id
left join {{ ref('dim_rate_cards') }} as cards on agreements.agreement_id = cards.rate_card_id
where plans.plan_id is not null or cards.rate_card_id is not null
