"""The character map, as `tokenizers` applies it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import normalizers

from language import charsmap

# Combining characters would be read together with their neighbours; the map's keys are single.
SINGLE = st.characters(min_codepoint=1, exclude_categories=("Cs", "Mn", "Mc", "Me"))


@settings(deadline=None)
@given(st.dictionaries(SINGLE, st.text(SINGLE, max_size=3), min_size=1, max_size=60), SINGLE)
def test_mapped_characters_change_and_others_stay(mapping: dict[str, str], other: str) -> None:
    apply = normalizers.Precompiled(charsmap.precompile(mapping)).normalize_str
    for key, value in mapping.items():
        assert apply(key) == value
    assert apply(other) == mapping.get(other, other)


@pytest.mark.parametrize("key", ["", "\0"])
def test_impossible_keys_are_refused(key: str) -> None:
    with pytest.raises(ValueError, match="cannot be a key"):
        charsmap.precompile({key: "x"})
