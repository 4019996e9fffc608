"""A few mutants of every model are noticed, and the list of equivalent ones is not out of date."""

from __future__ import annotations

from itertools import chain, islice

import pytest
from golden_world import ZONE

from tests.mutants.catalogue import (
    FEW_FIRST,
    few_levels,
    mutants_of_function,
    mutants_of_model,
    names_of_models,
)
from tests.mutants.judge import Judge
from tests.mutants.report import Accepted, Tally, described

# Every how many-th mutant the short run tries; `make mutants` tries all of them.
STEP = 25


def test_every_accepted_mutant_is_still_made_and_has_its_reason() -> None:
    accepted, renderings = Accepted(), few_levels(ZONE)
    for mutant in chain(
        *(mutants_of_model(name, renderings) for name in names_of_models()),
        *(
            mutants_of_function(name, body)
            for name, _, body, _ in renderings[FEW_FIRST].functions()
        ),
    ):
        accepted.note(mutant)
    assert not accepted.unused()
    assert all(row["reason"] for row in accepted.rows)


@pytest.mark.slow
def test_a_mutant_of_every_kind_is_noticed() -> None:
    judge, tally = Judge(many_worlds=4), Tally(Accepted())
    for name in names_of_models():
        for mutant in islice(mutants_of_model(name, judge.renderings), 0, None, STEP):
            tally.verdicts.append(judge.of_model(mutant))
    assert not [described(mutant) for mutant in tally.survivors]
