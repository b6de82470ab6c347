"""What the machine of the promises plays with: texts of known meaning, notices that change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from compliance.notices import Notice, NoticeBook
from conversation.approved import Approved
from conversation.conversation import Handoff
from conversation.turn import Lease

SHIPPED = NoticeBook.load().notices
START = datetime(2026, 7, 28, 4, 0, tzinfo=UTC)
ABOUT = {
    "这只基金可以在手机银行赎回": {"fund"},
    "理财产品到期后自动到账": {"wealth"},
    "养老理财有封闭期": {"wealth", "pension"},
    "分红险的红利不确定": {"insurance", "investment_insurance"},
    "结构性存款到期一次付息": {"structured_deposit"},
    "积存金按克买卖": {"precious_metal"},
    "个人购汇请如实填写用途": {"fx"},
    "账单分期的利息按期收取": {"credit_card"},
    "贷款可以提前归还": {"loan"},
    "逾期会产生罚息": {"overdue"},
    "私募产品只面向合格投资者": {"private_fund"},
    "期货账户请走银期转账": {"futures"},
    "该产品由本行代销": {"agency_sale"},
    "存款保险最高偿付有限额": {"deposit"},
    "网点九点开门": set(),
    "好的，请稍等": set(),
}
FORBIDDEN = ("这款理财保本保息", "放心买，稳赚不赔", "这个产品零风险", "保证您不会亏损")
TAGS = sorted({category for about in ABOUT.values() for category in about})


@dataclass
class Shelf:
    """The notices in force, of which new versions are published."""

    notices: list[Notice] = field(default_factory=lambda: list(SHIPPED))

    def required(self, categories: Collection[str], at: datetime) -> list[Notice]:
        """Look up, in the book of this moment."""
        return NoticeBook(self.notices).required(categories, at)

    def renew(self, category: str, version: str, effective: date, days: int | None) -> None:
        """Publish a new version of a category's notice; two of one day replace each other."""
        held = [one for one in self.notices if category in one.categories]
        last = max(held, key=lambda one: one.effective)
        if last.effective > effective:
            return
        if last.effective == effective:
            self.notices.remove(last)
        news = {"version": version, "effective": effective, "renew_after_days": days}
        self.notices.append(last.model_copy(update={**news, "expires": None}))


@dataclass
class Ready:
    """What passed the gate and is about to be said; a bot's needs its turn's lease."""

    approved: Approved
    lease: Lease | None = None
    head: str = ""
    handoff: Handoff | None = None
