"""Who among the subjects of a usage file has which plan when.

What belongs here: from profiles and usage to holders. What a plan charges does not.
"""

from __future__ import annotations

import duckdb


def create_holders(con: duckdb.DuckDBPyConnection, *, subjects_are_plans: bool) -> None:
    """Create `rate_holders` (tenant, category, subject, plan_ids, valid_from, valid_to).

    Args:
        con: has `rate_usage` and `rating_profiles`; validity is in naive UTC, half-open.
        subjects_are_plans: whether the subject of a usage is the plan it is priced by.
    """
    subjects = "select tenant, category, subject from rate_usage_rows group by all"
    if subjects_are_plans:
        con.execute(
            "create table rate_holders as select *, subject as plan_ids, "
            "timestamp '1900-01-01' as valid_from, timestamp '9999-12-31' as valid_to "
            f"from ({subjects})"
        )
        return
    # Whoever has a profile of his own at any time is never given the one of everybody.
    con.execute(
        "create table rate_holders as select used.tenant, used.category, used.subject, "
        "profiles.plan_ids, profiles.valid_from, profiles.valid_to "
        f"from ({subjects}) as used "
        "left join (select tenant, category, subject from rating_profiles group by all) as named "
        "on used.tenant = named.tenant and used.category = named.category "
        "and used.subject = named.subject "
        "inner join rating_profiles as profiles "
        "on used.tenant = profiles.tenant and used.category = profiles.category "
        "and profiles.subject = coalesce(named.subject, '*any')"
    )
