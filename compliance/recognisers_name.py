"""Names in context: a known surname and one or two characters, masked to the surname."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from compliance.redaction_file import RedactionFile
from compliance.secret import Secret
from compliance.words import any_of

# Rare characters, of which most stand in names only.
_RARE = "㐀-䶿𠀀-𱍏"
_HAN = f"[一-鿿{_RARE}]"
_NO_NAME = "[的我你您他她它人们了过不没来去上下着什么怎车外客]"
_MARK = r"\s,，。.;；:—!！?？、()（）\[\]【】/\-\"'”“‘’「」<>|~"
_EDGE = rf"(?=$|[{_MARK}0-9a-z])"
_LEFT = rf"(?:^|(?<=[{_MARK}]))"


def _among_people(  # noqa: PLR0913, PLR0917 - the parts that its patterns are made of
    data: RedactionFile, unless: str, sure: str, surname: str, given: str, after: str
) -> list[str]:
    """Return the patterns of names by what people are to one another and do together."""
    verb, title = any_of(data.name_verb), any_of(data.titles)
    role, kin = any_of(data.name_role), rf"{any_of(data.kin)}儿?"
    likely = rf"(?P<name>{surname}{given}{{1,2}})"
    written = r"(?:附言|备注|摘要|用途|留言|写|填|打)[^。!?\n]{0,6}[“\"「‘']"
    second = "(?![想要查办的是我没不被把])"
    any_one = rf"(?P<name>{surname}(?:{_HAN}{second}{_HAN}|{_HAN}))"
    return [
        # Two characters that are a surname together: hardly ever anything else.
        (
            rf"(?:{_LEFT}|{verb}|[的是叫和跟与用]){unless}"
            rf"(?P<name>{any_of(data.compound_surnames)}{given}{{1,2}}){after}"
        ),
        # 「和张三一起买的房」
        rf"[和跟与同]{sure}{any_one}(?={any_of(data.name_together)})",
        # 「委托张三代办」
        rf"(?:{verb}|是){sure}{any_one}(?={any_of(data.name_errand)})",
        # 「寄……1509，张三收」
        (
            rf"{_LEFT}(?:给|由|请)?{sure}{any_one}"
            rf"(?=(?:本人|亲自)?(?:收|签收|代收|亲收|亲启|收启|转交){_EDGE})"
        ),
        # 「这边是项凯的爱人」: a surname that is a common word too, a given name, somebody's kin.
        rf"(?:{_LEFT}|{verb}|[是和跟与]){unless}{likely}(?={title})",
        # 「附言写了“还张三”」
        rf"{written}(?:还给?|付给?|转给?|借给?|汇给?|退给?|给){sure}{any_one}[”\"」’']",
        rf"{written}{sure}{likely}[”\"」’']",
        # 「我孙子张三压岁钱六千」
        rf"(?:{role}|{kin}){sure}{any_one}的?(?={any_of(data.belongs)})",
        # 「从张三改成李四」
        rf"[从由]{sure}{any_one}(?={any_of(data.name_changed)})",
        # 「13800138000 张三」
        (
            rf"(?<![0-9])1[3-9][0-9]{{9}}[\s,，、:：]{{1,2}}{sure}"
            rf"(?P<name>{surname}(?:{_HAN}{{2}}|{given})){_EDGE}"
        ),
        # The same with a surname that is a common word too: the given name must look like one.
        rf"[给替帮跟向由让]{unless}{likely}(?={any_of(data.name_deed)})",
        rf"(?:{role}|{kin}){unless}(?P<name>{surname}{given}){_EDGE}",
        # 「转给张三的那笔」
        rf"{any_of(data.name_weak_before)}{sure}{any_one}(?=的[那这几][笔个些]|的[钱款])",
        # 「不是我张三签的」, 「我（张三）」, 「叫张三的那位」
        (
            rf"我[\s(（]{{0,2}}{sure}(?P<name>{surname}{_HAN}{second}{_HAN}(?<![的了吗呢吧过啊]))"
            rf"(?:{_EDGE}|[签写])"
        ),
        rf"本人[,，\s]{sure}(?P<name>{surname}{_HAN}{{2}}){_EDGE}",
        rf"叫{sure}{any_one}(?=的[那这]?[个位名])",
        # 「查询人：张三」
        rf"(?:{_HAN}人|签名|签字|署名|落款)\s?[:：]\s?{unless}(?P<name>{surname}{_HAN}{{1,2}}){_EDGE}",
        rf"(?:{role}|{kin})[\s:：是为叫]{{0,3}}(?P<name>{_HAN}{{1,8}}[·•‧・]{_HAN}{{1,8}})",
        # A Vietnamese name: the third of 阮氏秋香 is no firm's.
        rf"(?P<name>[阮陈黎范武裴邓胡吴潘]氏(?!集团|家族|企业|兄弟|食品|医药|宗亲){_HAN}{{1,2}}){after}",
        # 「姓王名建国」
        rf"姓{_HAN},?\s?名(?:字?叫|是)?(?P<name>{_HAN}{{1,2}}){after}",
    ]


class NameRecogniser:
    """Names that something marks as one: what stands before, behind, or on both sides."""

    def __init__(self, data: RedactionFile) -> None:
        """Take the words around a name, and the surnames."""
        self._surname = re.compile(any_of(data.compound_surnames))
        self._unless = re.compile(any_of(data.not_names))
        title = any_of(data.titles)
        # 「张老师」 gives away no more than the surname that would be kept.
        surname = rf"(?:{any_of(data.compound_surnames)}|[{data.surnames}])(?!{title})"
        unless = rf"(?!{any_of(data.not_names)})"
        # The 方 of 对方 begins no name.
        sure = rf"{unless}(?!(?<=对)方)(?![{data.doubtful_surnames}])"
        after = rf"(?:{_EDGE}|(?={any_of(data.name_after)}))"
        # 「我叫张三想……」: the second character of the given name is no verb.
        second = "(?![想要查办的是我没不被把])"
        full = rf"(?P<name>{surname}\s?(?:{_HAN}{second}{_HAN}{after}|{_HAN}{after}))"
        edged = rf"(?P<name>{surname}\s?{_HAN}{{1,2}}){_EDGE}"
        short = rf"(?P<name>{surname}{_HAN}{{1,2}}?)"
        dotted = rf"(?P<name>{_HAN}{{1,8}}[·•‧]{_HAN}{{1,8}})"
        written = f"[{data.transliterated}]"
        foreign = rf"(?P<name>{written}{{1,8}}\s?[·•‧・.]\s?{written}{{2,8}})"
        given = f"[{data.given}{_RARE}]"
        likely = rf"(?P<name>{surname}(?:{given}{{2,3}}{_EDGE}|{given}{{2}}|小{_HAN}))"
        triple = (
            rf"(?P<name>{surname}(?:{_HAN}{second}{_HAN}))(?:{_EDGE}|(?={any_of(data.name_after)}))"
        )
        office = any_of(data.name_office)
        link = r"[\s:：是叫为]{0,3}"
        said = (
            r"\s?(?:就?是|为|名?叫(?:做|作)?|名字叫|名字是|栏?[写填](?:的是?|了|成了?|着)?+|"
            r"显示[为是]?+|[:：=]|\s)\s?"
        )
        role, kin = any_of(data.name_role), any_of(data.kin)
        topic = rf"(?:{role}|姓名|名字|户名)"
        verb = any_of(data.name_verb)
        latin = r"(?P<name>[a-z]{2,}(?:[\s,.]{1,2}[a-z]{1,12}){0,3})"
        strong = any_of(data.name_before)
        belongs = any_of(data.belongs)
        about = r"(?:姓名|名字|户名)[^。!?\n]{0,16}(?:应该?是|应为|叫|写成了?|改成了?|改为)"
        self._patterns = [
            re.compile(pattern)
            for pattern in (
                rf"{strong}{link}(?:{unless}{full})",
                rf"{strong}{link}{dotted}",
                foreign,
                rf"(?:{strong}|{role}|{kin}|{any_of(data.name_weak_before)}){link}{sure}{likely}",
                rf"(?:{office}[是叫为:]?|{verb}){sure}{likely}",
                # Whoever says what they are called says a name, with any surname.
                (
                    rf"(?<![帮替给让])(?:我叫|我名叫|我全名叫){unless}"
                    rf"(?P<name>(?!{_NO_NAME}){_HAN}(?:(?!{_NO_NAME}){_HAN}){{1,2}}){_EDGE}"
                ),
                rf"叫[“\"「‘]{unless}(?P<name>{surname}{given}{{1,2}})[”\"」’]",
                # 「用张三的名字办的」
                rf"[用以]{sure}{short}的(?:名字|名义|身份|户头|账户|卡)",
                # A name by its look, where a clause begins or somebody is spoken of.
                rf"(?:{_LEFT}|[我是用以写着称叫])[的]?{sure}{likely}{after}",
                rf"{office}(?:的)?{sure}{triple}",
                rf"(?:{_LEFT}|{verb}|[是个叫]){sure}{short}(?={any_of(data.name_called)})",
                # 「张三，工号……」
                rf"(?:工号|编号)[\s:：]?[0-9]{{2,8}}[\s,，的]?{sure}{edged}",
                # A surname that is a verb too, where somebody is named and given names follow.
                rf"(?:{role}|{kin}|{strong}|{office}){unless}(?P<name>{surname}{given}{{2}}){after}",
                rf"(?:{_LEFT}|[是由让请叫给]){unless}(?P<name>{surname}{given}{{1,2}})本人",
                # 「免贵姓牛，牛春雷」
                rf"姓(?P<s>{_HAN})[\s,，。、]{{0,2}}(?:我?叫|名叫|全名是?)?(?P<name>(?P=s){_HAN}{{1,2}}){after}",
                rf"(?:好像|大概|可能|似乎)叫{unless}(?P<name>{surname}{given}{{1,2}}){_EDGE}",
                rf"{_LEFT}{sure}{edged}[\s,，:：、/]{{0,3}}(?:工号|员工号|账号|卡号|尾号|生日|出生|身份证|户口|住址|家住|住在|男|女)",
                rf"(?:{role}|{kin}){said}{unless}{full}",
                rf"(?:{role}|{kin}){sure}{full}",
                # 「姓名：……」: whatever stands there alone.
                rf"(?:{role}|姓名|名字|户名)\s?[:：]\s?{unless}(?P<name>{_HAN}{{2,4}}){_EDGE}",
                rf"{about}{unless}{edged}",
                rf"{any_of(data.name_weak_before)}[\s:：]?{sure}{edged}",
                rf"{any_of(data.name_weak_before)}[\s:：]?{sure}{short}的{_EDGE}",
                rf"(?:{_LEFT}|{verb}|的|及|和|是){sure}{short}{title}",
                rf"{verb}{sure}{edged}",
                rf"(?:{verb}|是|{_LEFT}){sure}(?P<name>{surname}{_HAN}{{1,2}})(?:的{belongs}|名下)",
                # 「给张三汇了」
                (
                    rf"[给替帮跟向由让]{sure}(?P<name>{surname}(?:{_HAN}{second}{_HAN}|{_HAN}))"
                    rf"(?={any_of(data.name_deed)})"
                ),
                rf"我姓{_HAN}{{1,2}}[\s,]?(?:我?叫|名|全名)?{unless}{full}",
                # 「张三，13800138000」: right before what only a person has.
                (
                    rf"{_LEFT}{sure}{edged}[\s,，:：、/]{{0,3}}"
                    r"(?:(?:手机|电话|身份证|证件|卡)号?码?[\s:：]?)?"
                    r"(?=1[3-9][0-9]{9}|[0-9]{16})"
                ),
                rf"{_LEFT}{sure}{edged}[\s,，:：、/]{{0,3}}(?:本人的?)?(?:手机号?|联系电话|身份证号?|证件号)码?[\s:：]",
                *_among_people(data, unless, sure, surname, given, after),
                rf"(?:my name is|wo jiao|full name:?|cardholder:?|name\s?[:=])\s?{latin}",
            )
        ]
        # 「受益人写的……，能改成张三吗」, in a message about a name.
        self._topic = re.compile(topic)
        self._changed = [
            re.compile(rf"{any_of(data.name_changed)}\s?{sure}{full}"),
            re.compile(rf"{_LEFT}{sure}{short}(?={any_of(data.name_changed)})"),
            re.compile(rf"{_LEFT}{sure}(?P<name>{surname}{given}){_EDGE}"),
        ]
        # Who was named is named again, or told from somebody who is called alike.
        self._alike = rf"(?<=[{_MARK}是叫为成作])%s{_HAN}{{1,2}}{_EDGE}"
        self._latin = re.compile(
            rf"(?:{strong}|{role}|户名|姓名|英文名|拼音)[\s:：是叫为]{{0,3}}"
            r"(?!(?:QQ|APP|ATM|VIP|ID|PIN|ETC|POS)\b)"
            r"(?P<name>[A-Z][A-Za-z]+(?:[\s·.]+[A-Z][A-Za-z]*){0,3}|[a-z]{2,}(?: [a-z]{2,}){1,2})"
        )
        self._english = re.compile(
            r"\b(?i:beneficiary|payee|remitter|sender|account name|account holder|contact person|"
            r"i am|i'm|called|named|mr\.?|mrs\.?|ms\.?)(?i:\s+(?:is|name))?\s*[:：]?\s*"
            r"(?P<name>[A-Z][a-z]+(?:[\s\-][A-Z][a-z]+){1,2}|[A-Z]{2,}(?:\s[A-Z]{2,}){1,2})\b"
        )
        self._next = re.compile(rf"\s?(?:[、/]|和|与|及|以及|[,，]\s?)\s?{sure}{edged}")

    def find(self, plain: str, raw: str) -> Iterator[Secret]:
        """See `Recogniser.find`."""
        places = set(self._places(plain))
        for start, end in [*places, *self._again(plain, places)]:
            yield self._secret(raw, start, end)
        for pattern in (self._latin, self._english):
            for found in pattern.finditer(raw):
                yield self._secret(raw, *found.span("name"))

    def _places(self, plain: str) -> Iterator[tuple[int, int]]:
        changed = self._changed if self._topic.search(plain) else []
        for pattern in [*self._patterns, *changed]:
            for found in pattern.finditer(plain):
                yield found.span("name")
                further = self._next.match(plain, found.end("name"))
                while further is not None:
                    yield further.span("name")
                    further = self._next.match(plain, further.end("name"))

    def _again(self, plain: str, places: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        names = {plain[start:end] for start, end in places}
        for name in sorted(names):
            same = "|".join((re.escape(name), self._alike % re.escape(name[0])))
            for found in re.finditer(same, plain):
                if self._unless.match(found.group()) is None:
                    yield found.span()

    def _secret(self, raw: str, start: int, end: int) -> Secret:
        compound = self._surname.match(raw, start, end)
        kept = compound.end() - start if compound and compound.end() < end else 1
        return Secret("name", start, end, raw[start : start + kept] + "*" * (end - start - kept))
