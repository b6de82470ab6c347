"""What stands in the log."""

import json
import logging
import subprocess
import sys

from yinqiao.settings import ROOT

PROGRAM = """
import logging
from yinqiao.logs import configure_logs
from yinqiao.settings import Settings
configure_logs(Settings(), "gateway")
log = logging.getLogger("conversation.worker")
try:
    raise ValueError("坏了")
except ValueError:
    log.exception("第一行\\n第二行", extra={"conversation": "0123-1"})
log.debug("nobody asked for this")
logging.getLogger("httpx").info("GET http://secret/")
"""


def test_a_record_is_one_json_line_with_the_conversation_and_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    (line,) = done.stdout.splitlines()
    record = json.loads(line)
    assert record["message"] == "第一行\n第二行"
    assert record["conversation"] == "0123-1"
    assert record["process"] == "gateway"
    assert record["level"] == logging.getLevelName(logging.ERROR)
    assert record["logger"] == "conversation.worker"
    assert "ValueError: 坏了" in record["exc_info"]
    assert record["time"]
