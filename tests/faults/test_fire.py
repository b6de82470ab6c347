"""P1 under fire: many customers, SIGKILLs at moments that a seed decides, and their own journals.

`make fire` does the same at full size; what it printed is in docs/faults.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.fire import VICTIMS, Plan, fire
from tests.running import running_system


@pytest.mark.timeout(900)
async def test_whatever_is_killed_every_message_is_answered_once_and_in_order(
    tmp_path: Path,
) -> None:
    plan = Plan(seed=1)
    with running_system(tmp_path, worker_in_gateway="false") as system:
        result = await fire(system, plan)
    findings = result.findings
    assert not findings, f"{result}\n{findings.lost}{findings.doubled}{findings.inverted}"
    assert findings.acknowledged >= plan.messages
    assert set(result.killed) == set(VICTIMS)
    assert result.killed.total() == plan.kills
