"""Profiles of roaming partners and networks: what they change, and what is wrong with them."""

from __future__ import annotations

import pytest
from landing_files import Landing
from roaming_files import call, profile, tap

from ingestion.reasons import LandingError


# RF-1, RF-5
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("totals: maybe\n", "expected one of refuse, finding"),
        ("visited_plmn: 23415\n", "5 or 6 digits in quotes"),
        ("plmn: '23415'\n", "unexpected keyword"),
    ],
)
def test_a_wrong_profile_is_the_operators_to_mend(landing: Landing, text: str, words: str) -> None:
    profile(landing, text)
    landing.drop("tap_in", "1", tap(call()))
    with pytest.raises(LandingError, match=words):
        landing()
    profile(landing, "totals: refuse\n")
    assert landing().records == 1


# RF-2
def test_a_home_network_may_be_known_in_full(landing: Landing) -> None:
    profile(landing, 'home_plmns: ["999700"]\n', "networks")
    landing.one("tap_in", "1", tap(call(), call(imsi="310410123456789", reference="0e")))
    found = [row["home_plmn"] for row in landing.rows("tap_in/cdrs", "home_plmn")]
    assert found == ["31041", "999700"]
