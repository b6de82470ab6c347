"""What a channel refuses. Every error carries a code, a status, and the field concerned.

ConnectorError
├── BadText          empty, too long, or nothing but control characters
├── BadToken         missing, forged or expired
├── TooLarge         the request is larger than any message can be
└── UnknownOrigin    a page that is not allowed to embed the chat
"""

from __future__ import annotations

from typing import ClassVar


class ConnectorError(Exception):
    """请求无法处理。"""

    code: ClassVar[str] = "bad_request"
    status: ClassVar[int] = 400

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        """Use `message`, or the class's own; name the field that is wrong."""
        super().__init__(message or self.__doc__)
        self.field = field


class BadText(ConnectorError):
    """消息内容不能为空。"""

    code = "bad_text"
    status = 422


class BadToken(ConnectorError):
    """会话凭证无效或已过期，请刷新页面。"""

    code = "bad_token"
    status = 401


class TooLarge(ConnectorError):
    """请求内容过大。"""

    code = "too_large"
    status = 413


class UnknownOrigin(ConnectorError):
    """该网站未被允许接入在线客服。"""

    code = "unknown_origin"
    status = 403
