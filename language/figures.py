"""Amounts, dates, card tails and ticket numbers in normalised text, by their shape."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from language.numerals import ARABIC, FORMAL, HAN, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Value = Callable[[re.Match[str], "dt.date | None"], "float | str | None"]

Kind = Literal["amount", "date", "card_tail", "ticket", "order"]

_CURRENCY = (
    "块钱|元钱|块|元整?|圆整?|人民币|rmb|cny|美元|美金|usd|欧元|港币|港元|日元|英镑|澳元|加元"
)
_ARABIC_SCALED = rf"{ARABIC}(?:百|千|万|亿|百万|千万|k|w)(?:[1-9](?!\d))?"
# Numerals begin with a digit or ten: 万一 and 千万 are words of speech.
_HAN_START = "[一二两三四五六七八九十]"
_HAN_SCALED = (
    rf"{_HAN_START}[零一二两三四五六七八九十百千万亿]*[百千万亿]"
    "(?:[零一二三四五六七八九十]*[一二两三四五六七八九十])?"
)
_ALONE = r"(?<![\d.a-z第])"
# What makes a number something else than money: 5000积分, 30天, 3月, 12期, 2次, 100%.
_NOT_MONEY = (
    r"(?![\d%a-z]|[.,]\d|[个年月日号天期岁次位张笔折倍里名步分秒点周份克手股家种度]"
    r"|小时|积分|人(?!民币)|星期)"
)
_VERB = (
    "转账|转|汇款|汇|存入|存|取现|取出|取|还款|还|充值|充|付款|付|刷|花|扣|收|借|买入|买|申购|认购|赎回|投|打"
    "|骗走?|盗刷"
)
# 三块四, 18块9, 五块八毛二, 八毛钱: a digit behind the unit counts in the next smaller one.
_CHANGE = "[1-9一二三四五六七八九]"
_COINS = rf"(?:{_CHANGE}[角毛](?:{_CHANGE}分?)?|{_CHANGE}(?![\d个年月日号天期岁次位张笔十百千万.]))"
_PIECES = (
    rf"(?P<whole>{_ARABIC_SCALED}|{ARABIC}|{_HAN_START}(?:{HAN})?)[块元](?P<coins>{_COINS})"
    rf"|(?P<only_coins>{_CHANGE}[角毛](?:{_CHANGE}分?)?)(?:钱)?"
)
_AMOUNTS = (
    rf"{_ALONE}(?:{_PIECES})",
    rf"{_ALONE}(?P<a>{_ARABIC_SCALED}|{ARABIC}|{_HAN_START}(?:{HAN})?) ?[多余来]? ?(?:{_CURRENCY})",
    # 二十来万, 十来万, 一个亿: what stands between the number and its unit says nothing.
    rf"{_ALONE}(?P<e>{_HAN_START}[一二三四五六七八九十百千]*|{ARABIC})[来多几个](?P<unit>[万亿])",
    rf"(?:[¥$]|人民币|美元|美金|港币|欧元|日元|英镑) ?(?P<b>{_ARABIC_SCALED}|{ARABIC})",
    rf"{_ALONE}(?P<c>{_ARABIC_SCALED}|{_HAN_SCALED})整?{_NOT_MONEY}",
    rf"(?:{_VERB})(?:了|给)?[你我他她]?了? ?(?P<d>{ARABIC}){_NOT_MONEY}",
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = r"(?P<month>1[0-2]|0?[1-9])"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_DAYS = {"大前天": -3, "前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2, "大后天": 3,
         "前日": -2, "昨日": -1, "今日": 0, "明日": 1, "后日": 2, "前儿": -2, "昨儿": -1, "今儿": 0,
         "明儿": 1, "昨晚": -1, "今早": 0, "今晚": 0, "明早": 1, "明晚": 1}  # fmt: skip
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "明年": 1}
_WEEKS = {"上": -1, "这": 0, "本": 0, "下": 1}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}


@dataclass(frozen=True)
class Figure:
    """A figure at `[start, end)` of the normalised text.

    `value` is, by kind: a float in the currency's unit; an ISO date or year and month; the digits
    of the tail; the ticket's number. It is None where the words leave it open (昨天, when no
    `today` was given).
    """

    kind: Kind
    start: int
    end: int
    value: float | str | None


def find_figures(plain: str, *, today: dt.date | None = None) -> list[Figure]:
    """Return the figures of normalised text in order, none overlapping another.

    `today` resolves relative dates. Card tails and ticket numbers win over amounts and dates,
    longer figures over shorter ones.
    """
    found = [
        Figure(kind, *_span(match), value(match, today))
        for kind, pattern, value in _SHAPES
        for match in pattern.finditer(plain.translate(FORMAL))
    ]
    found.sort(key=lambda figure: (_RANK[figure.kind], figure.start - figure.end))
    kept: list[Figure] = []
    for figure in found:
        if all(figure.end <= other.start or other.end <= figure.start for other in kept):
            kept.append(figure)
    return sorted(kept, key=lambda figure: figure.start)


def _span(match: re.Match[str]) -> tuple[int, int]:
    # A verb or label only points at the figure.
    inner = match.groupdict().get("d") or match.groupdict().get("only")
    if inner is None:
        return match.span()
    return match.span("d" if match.groupdict().get("d") else "only")


def _amount(match: re.Match[str], _today: dt.date | None) -> float | None:
    groups = match.groupdict()
    if groups.get("coins") or groups.get("only_coins"):
        whole = number(groups["whole"]) if groups["whole"] else 0.0
        return None if whole is None else round(whole + _coins(groups), 2)
    if groups.get("unit"):
        return number(groups["e"] + groups["unit"])
    digits = next(groups[name] for name in "abcd" if groups.get(name))
    return number(digits)


def _coins(groups: dict[str, str | None]) -> float:
    """Return what a few digits with 角, 毛, 分 or nothing behind them are worth in 元."""
    digits = re.sub("[角毛分]", "", groups["coins"] or groups["only_coins"] or "")
    return float(f"0.{''.join(f'{number(digit) or 0:.0f}' for digit in digits)}")


def _only(match: re.Match[str], _today: dt.date | None) -> str:
    return match["only"]


def _ticket(match: re.Match[str], _today: dt.date | None) -> str:
    return match["only"].upper()


def _full_date(match: re.Match[str], _today: dt.date | None) -> str | None:
    return _iso(int(match["year"]), int(match["month"]), int(match["day"]))


def _year_month(match: re.Match[str], _today: dt.date | None) -> str:
    return f"{match['year']}-{int(match['month']):02}"


def _month_day(match: re.Match[str], today: dt.date | None) -> str | None:
    return _iso(today.year, int(match["month"]), int(match["day"])) if today else None


def _written_date(match: re.Match[str], today: dt.date | None) -> str | None:
    """Read a date in Chinese numerals; without a year it lies in this one."""
    year = number(match["han_year"]) if match["han_year"] else today and today.year
    month, day = number(match["han_month"]), number(match["han_day"])
    return _iso(int(year), int(month), int(day)) if year and month and day else None


def _month_of_year(match: re.Match[str], today: dt.date | None) -> str | None:
    if today is None:
        return None
    return f"{today.year + _YEARS[match['which_year'] or '今年']}-{int(match['month']):02}"


def _day_of_month(match: re.Match[str], today: dt.date | None) -> str | None:
    return _iso(today.year, today.month, int(match["day"])) if today else None


def _relative_day(match: re.Match[str], today: dt.date | None) -> str | None:
    return str(today + dt.timedelta(_DAYS[match.group()])) if today else None


def _weekday(match: re.Match[str], today: dt.date | None) -> str | None:
    if today is None:
        return None
    days = 7 * _WEEKS[match["week"] or "这"] + _WEEKDAYS[match["weekday"]] - today.weekday()
    return str(today + dt.timedelta(days))


def _relative_month(match: re.Match[str], today: dt.date | None) -> str | None:
    if today is None:
        return None
    year, month = divmod(today.year * 12 + today.month - 1 + _WEEKS[match["which"]], 12)
    return _iso(year, month + 1, int(match["day"])) if match["day"] else f"{year}-{month + 1:02}"


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


def _shapes() -> Iterator[tuple[Kind, re.Pattern[str], Value]]:
    yield (
        "card_tail",
        re.compile(
            r"(?:尾号|尾数|卡尾|末四位|后四位|weihao|\*\*)(?:是|为|:)? ?(?P<only>\d{4})(?!\d)"
        ),
        _only,
    )
    yield "card_tail", re.compile(r"(?<!\d)(?P<only>\d{4})(?:结尾|尾号)"), _only
    yield (
        "ticket",
        re.compile(
            r"(?:工单|受理|服务|投诉|业务|查询)(?:编?号|单号)(?:码)?(?:是|为|:)? ?"
            r"(?P<only>[a-z]{0,4}-?\d[\d-]{3,23})(?!\d)"
        ),
        _ticket,
    )
    # Our own complaint tickets say themselves what they are.
    yield "ticket", re.compile(r"(?<![a-z\d])(?P<only>ts\d{8}-?\d{2,})(?!\d)"), _ticket
    yield (
        "order",
        re.compile(
            r"(?:订单|交易|流水|快递|物流|运单|凭证)(?:编?号|单号)?(?:码)?(?:是|为|:)? ?"
            r"(?P<only>[a-z]{0,4}\d[\d-]{7,31})(?!\d)"
        ),
        _ticket,
    )
    yield (
        "order",
        re.compile(r"单号(?:是|为|:)? ?(?P<only>(?!ts)[a-z]{0,4}\d{8,32})(?!\d)"),
        _ticket,
    )
    yield (
        "date",
        re.compile(rf"(?<!\d){_YEAR}[-/.年]{_MONTH}[-/.月]{_DAY}[日号]?(?!\d)"),
        _full_date,
    )
    yield "date", re.compile(rf"(?<!\d){_YEAR}年{_MONTH}月(?!\d)"), _year_month
    yield "date", re.compile(rf"(?<!\d){_MONTH}月{_DAY}[日号](?!\d)"), _month_day
    yield (
        "date",
        re.compile(rf"(?<![\d/.]){_MONTH}[/.]{_DAY}(?=那天|号|当天|[上下]午|早|晚)"),
        _month_day,
    )
    yield (
        "date",
        re.compile(
            "(?:(?P<han_year>[零一二三四五六七八九]{4})年)?(?P<han_month>十[一二]?|[一二三四五六七八九])月"
            "(?P<han_day>[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
        ),
        _written_date,
    )
    yield (
        "date",
        re.compile(
            rf"(?:(?P<which_year>前年|去年|今年|明年)|(?<![\d个年])){_MONTH}月(?![\d份]*[个内期])(?!\d)"
        ),
        _month_of_year,
    )
    yield "date", re.compile(rf"(?<![\d月个]){_DAY}号(?![线码楼门店柜机窗台])"), _day_of_month
    yield "date", re.compile("|".join(sorted(_DAYS, key=len, reverse=True))), _relative_day
    yield (
        "date",
        re.compile(
            "(?:(?P<week>[上这本下])个?)?(?<![每一两几])(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
        ),
        _weekday,
    )
    yield "date", re.compile(rf"(?P<which>[上这本下])个?月(?:{_DAY}[日号])?"), _relative_month
    for pattern in _AMOUNTS:
        yield "amount", re.compile(pattern), _amount


_SHAPES = tuple(_shapes())
_RANK = {"ticket": 0, "order": 0, "card_tail": 0, "date": 1, "amount": 2}
