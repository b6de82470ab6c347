"""Who is left out of what when a corpus gets an encoder of its own."""

from __future__ import annotations

import numpy as np

from knowledge_base.retrieval.tuning import NONE, SPARED, deal, spare

OWNER = np.repeat(np.arange(20), [2, 3, 4, 5] * 5)


def test_every_part_holds_wordings_of_every_group() -> None:
    parts = deal(OWNER, 2)
    for group in range(20):
        assert set(parts[group == OWNER].tolist()) == {0, 1}


def test_first_wordings_do_not_all_fall_into_one_part() -> None:
    parts = deal(OWNER, 2)
    assert set(parts[np.unique(OWNER, return_index=True)[1]].tolist()) == {0, 1}


def test_each_helper_is_spared_whole_groups_and_keeps_most() -> None:
    spared = spare(OWNER, 2)
    for group in range(20):
        assert len(set(spared[group == OWNER].tolist())) == 1
    for helper in (0, 1):
        assert len(set(OWNER[spared == helper].tolist())) == 20 // SPARED
    assert NONE in spared


def test_more_helpers_than_shares_are_each_spared_something() -> None:
    assert set(spare(np.arange(14), 7).tolist()) == set(range(7))
