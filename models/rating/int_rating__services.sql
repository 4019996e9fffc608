-- The services a card row for `*any` stands for.
with

services as (
    select unnest(['voice', 'sms', 'mms', 'data', 'content']) as service_type
)

select * from services
