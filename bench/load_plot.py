"""The load as a picture: how long answers take, at once and after many turns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure as Picture

if TYPE_CHECKING:
    from bench.load import Seen

OUT = Path(__file__).parent / "pictures" / "load.png"
_COLOURS = {"Yinqiao": "tab:blue", "stock Rasa alone": "tab:orange"}


def draw(ours: Seen, stock: Seen) -> None:
    """Write the picture."""
    picture = Picture(figsize=(10, 4), layout="constrained")
    left, right = picture.subplots(1, 2)
    for (name, colour), seen in zip(_COLOURS.items(), (ours, stock), strict=True):
        for (customers, load), style in zip(seen.loads.items(), ("--", "-"), strict=True):
            waits = np.sort(load.seconds) * 1000
            shares = np.arange(1, len(waits) + 1) / len(waits)
            left.plot(waits, shares, style, color=colour, label=f"{name}, {customers} customers")
        right.plot(np.array(seen.turns) * 1000, color=colour, label=name, linewidth=1)
    left.set(xscale="log", xlabel="ms to the answer", ylabel="share answered by then")
    right.set(yscale="log", xlabel="turn of one conversation", ylabel="ms to the answer")
    for axes in (left, right):
        axes.legend(fontsize=8)
        axes.grid(visible=True, alpha=0.3)
    OUT.parent.mkdir(exist_ok=True)
    picture.savefig(OUT, dpi=120)
