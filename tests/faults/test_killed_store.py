"""SIGKILL of the live store while it is written to: what was acknowledged is there."""

from __future__ import annotations

from pathlib import Path

from tests.faults.store_fire import StoreRun
from yinqiao.settings import Settings

_SEED = 20261125


async def test_a_killed_store_has_all_that_was_acknowledged(tmp_path: Path) -> None:
    fsync = Settings.model_fields["valkey_fsync"].default
    # With `everysec` as many kills lose something on a busy disk only.
    assert fsync == "always"
    run = StoreRun(tmp_path, fsync, kills=12, seed=_SEED)
    await run.run()
    assert (run.lost, run.disordered) == (0, 0), str(run)
    assert run.count > run.kills
