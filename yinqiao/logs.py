"""Logs: one JSON object a line on standard output, without personal data.

A record carries the time (UTC), level, logger, message, and what was passed as `extra`, above all
the conversation's id. Texts of customers are never passed to a logger.
"""

from __future__ import annotations

import logging
import logging.config

from pythonjsonlogger.core import RESERVED_ATTRS

from yinqiao.settings import Settings

_FIELDS = ["asctime", "levelname", "name", "message"]
_NAMES = {"asctime": "time", "levelname": "level", "name": "logger"}


def configure_logs(settings: Settings, process: str) -> None:
    """Send everything that is logged in this process to standard output."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": "pythonjsonlogger.json.JsonFormatter",
                    "fmt": _FIELDS,
                    "rename_fields": _NAMES,
                    "reserved_attrs": [*RESERVED_ATTRS, "color_message"],
                    "static_fields": {"process": process},
                    "json_ensure_ascii": False,
                },
                "text": {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s"},
            },
            "handlers": {
                "out": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stdout",
                    "formatter": settings.log_format,
                }
            },
            "root": {"level": settings.log_level, "handlers": ["out"]},
            # The libraries' own news are for their developers, and httpx logs addresses.
            "loggers": {
                name: {"level": "WARNING"} for name in ("httpx", "httpcore", "watchfiles", "jieba")
            },
        }
    )
