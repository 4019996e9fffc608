"""Who has which CGRateS rating plan when, and whose plans are tried after it.

What belongs here: activation times and fallback subjects. What a plan charges does not.
"""

from typing import Final

import duckdb

from ingestion.tariff.findings import MOST_FINDINGS, Finding
from ingestion.tariff.tables import FIRST_INSTANT, OPEN_INSTANT

# That engine follows fallbacks of fallbacks this far, the subject itself included.
_DEPTH: Final = 3

_SPANS: Final = f"""
    create temp table cg_spans as
    select *, coalesce(
        lead(valid_from) over (partition by tenant, category, subject order by valid_from, line),
        {OPEN_INSTANT}
    ) as valid_to
    from (
        select line, tenant, category, subject, rating_plan_id as plan_id,
            string_split(fallback, ';') as fallbacks,
            case when activation_time is null then {FIRST_INSTANT}
                when regexp_matches(activation_time, '(Z|[+-][0-9]{{{{2}}}}:?[0-9]{{{{2}}}})$')
                then make_timestamp(epoch_us(try_cast(activation_time as timestamptz)))
                else make_timestamp(epoch_us(
                    timezone({{zone}}, try_cast(activation_time as timestamp))
                )) end as valid_from
        from cg_RatingProfiles
    )
"""
# A span is cut where the plan of a subject it may fall back on changes; in each piece the plans
# are tried depth first, as that engine does.
_LADDERS: Final = f"""
    create temp table cg_ladders as
    with recursive
    reached as (
        select line as root, tenant, category, unnest(fallbacks) as subject, 2 as depth
        from cg_spans where fallbacks is not null
        union
        select reached.root, reached.tenant, reached.category, unnest(spans.fallbacks),
            reached.depth + 1
        from reached inner join cg_spans as spans on
            reached.tenant = spans.tenant and reached.category = spans.category
            and reached.subject = spans.subject
        where reached.depth < {_DEPTH} and spans.fallbacks is not null
    ),
    cuts as (
        select line as root, valid_from as cut_at from cg_spans where fallbacks is not null
        union
        select reached.root, spans.valid_from
        from reached
        inner join cg_spans as spans on
            reached.tenant = spans.tenant and reached.category = spans.category
            and reached.subject = spans.subject
        inner join cg_spans as roots on reached.root = roots.line
        where spans.valid_from > roots.valid_from and spans.valid_from < roots.valid_to
    ),
    steps as (
        select cuts.root, cuts.cut_at, spans.tenant, spans.category, spans.plan_id,
            spans.fallbacks, cast([] as bigint[]) as path
        from cuts inner join cg_spans as spans on cuts.root = spans.line
        union all
        select tried.root, tried.cut_at, tried.tenant, tried.category, spans.plan_id,
            spans.fallbacks, list_append(tried.path, tried.place)
        from (
            select *, unnest(fallbacks) as subject, generate_subscripts(fallbacks, 1) as place
            from steps where fallbacks is not null and len(path) < {_DEPTH} - 1
        ) as tried
        inner join cg_spans as spans on
            tried.tenant = spans.tenant and tried.category = spans.category
            and tried.subject = spans.subject
            and tried.cut_at >= spans.valid_from and tried.cut_at < spans.valid_to
    ),
    firsts as (
        select root, cut_at, plan_id, min(path) as path from steps group by all
    )
    select root, cut_at, string_agg(plan_id, ';' order by path) as plan_ids
    from firsts group by root, cut_at
"""
_PROFILES: Final = """
    create table rating_profiles as
    select row_number() over () as record_no, *
    from (
        select line as source_line, tenant, category, subject, plan_id as plan_ids, valid_from,
            valid_to
        from cg_spans where fallbacks is null
        union all
        select spans.line, tenant, category, subject, plan_ids, cut_at,
            coalesce(lead(cut_at) over (partition by root order by cut_at), valid_to)
        from cg_ladders as ladders inner join cg_spans as spans on ladders.root = spans.line
    )
"""


def create_profiles(con: duckdb.DuckDBPyConnection, time_zone: str) -> list[Finding]:
    """Create `rating_profiles` from the view `cg_RatingProfiles`, or return what is wrong.

    The table has tenant, category, subject, plan_ids (`;` list: the plan, then those of its
    fallback subjects), valid_from and valid_to in naive UTC.

    Args:
        con: has `cg_RatingProfiles`.
        time_zone: of activation times without an offset.
    """
    zone = time_zone.replace("'", "''")
    con.execute(_SPANS.format(zone=f"'{zone}'"))
    hits = con.execute(
        "select line, activation_time from cg_spans inner join cg_RatingProfiles using (line) "
        f"where valid_from is null order by line limit {MOST_FINDINGS}"
    ).fetchall()
    hits = [
        Finding(
            "RatingProfiles.csv", (line,), f"activation_time is {text!r}", "an existing instant"
        )
        for line, text in hits
    ]
    twice = con.execute(
        "select list(line order by line)[:2], concat_ws('/', tenant, category, subject), "
        "valid_from from cg_spans group by tenant, category, subject, valid_from "
        f"having count(*) > 1 order by 1 limit {MOST_FINDINGS}"
    ).fetchall()
    hits += [
        Finding(
            "RatingProfiles.csv", tuple(lines), f"{who} is activated twice at {at}",
            "one rating plan at a time",
        )
        for lines, who, at in twice
    ]  # fmt: skip
    if not hits:
        con.execute(_LADDERS)
        con.execute(_PROFILES)
    return hits
