"""A few mutants of every model are noticed, and the list of equivalent ones is not out of date."""

from __future__ import annotations

from itertools import chain, islice

import pytest
from golden_world import ZONE

from tests.mutants.catalogue import (
    FIRST,
    mutants_of_function,
    mutants_of_model,
    names_of_models,
    projects,
)
from tests.mutants.judge import Judge
from tests.mutants.report import Accepted, Tally, described

# Every how many-th mutant the short run tries; `make mutants` tries all of them.
STEP = 25
# Models of which `make mutants` has not been read to its end: docs/mutants.md. Whoever finds a case
# or a reason for every survivor of one takes it away.
NOT_YET = frozenset({"int_rating__money_draws", "int_rating__unit_draws"})


def test_what_is_left_for_later_is_there() -> None:
    assert set(names_of_models()) >= NOT_YET


def test_every_accepted_mutant_is_still_made_and_has_its_reason() -> None:
    accepted, renderings = Accepted(), projects(ZONE)
    for mutant in chain(
        *(mutants_of_model(name, renderings) for name in names_of_models()),
        *(mutants_of_function(name, body) for name, _, body, _ in renderings[FIRST].functions()),
    ):
        accepted.note(mutant)
    assert not accepted.unused()
    assert all(row["reason"] for row in accepted.rows)


@pytest.mark.slow
def test_a_mutant_of_every_kind_is_noticed() -> None:
    judge, tally = Judge(many_worlds=4), Tally(Accepted())
    for name in sorted(set(names_of_models()) - NOT_YET):
        for mutant in islice(mutants_of_model(name, judge.renderings), 0, None, STEP):
            tally.verdicts.append(judge.of_model(mutant))
    assert not [described(mutant) for mutant in tally.survivors]
