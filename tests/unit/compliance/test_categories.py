"""What a text is about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compliance.categories import CategoryFinder

AGENTS = Path(__file__).with_name("agent_texts.jsonl")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("这只基金可以随时赎回。", {"fund"}),
        ("我行没有这只基金。", {"fund"}),
        ("您可以办理基 金 定 投。", {"fund"}),
        ("這支基金的費率見公告。", {"fund"}),
        ("ETF 在交易时间内买卖。", {"fund"}),
        ("公积金可以在网点查询。", set()),
        ("社保基金由人社部门管理。", set()),
        ("理财产品到期后自动赎回。", {"wealth"}),
        ("稍后理财经理会联系您。", set()),
        ("养老理财有封闭期。", {"wealth", "pension"}),
        ("活期存款随时可取。", set()),
        ("存款保险最高偿付50万元。", {"deposit"}),
        ("理财和存款有什么区别？", {"deposit", "wealth"}),
        ("结构性存款挂钩汇率。", {"structured_deposit"}),
        ("分红险的红利不确定。", {"insurance", "investment_insurance"}),
        ("您的社会保险请咨询社保中心。", set()),
        ("保险柜租赁请到网点办理。", set()),
        ("信用卡可以在手机银行挂失。", set()),
        ("信用卡账单分期的利息按期收取。", {"credit_card"}),
        ("最低还款会产生循环利息。", {"credit_card"}),
        ("ATM 取现每日限额两万元。", set()),
        ("贷款提前还款请预约。", {"loan"}),
        ("逾期会影响征信。", {"overdue"}),
        ("黄金周期间网点照常营业。", set()),
        ("积存金按克买卖。", {"precious_metal"}),
        ("保单的现金价值请看条款。", {"insurance"}),
        ("外汇买卖有较大波动。", {"precious_metal"}),
        ("个人购汇请如实填写用途。", {"fx"}),
        ("期货账户入金请走银期转账。", {"futures"}),
        ("私募产品只面向合格投资者。", {"private_fund"}),
        ("该产品由本行代销。", {"agency_sale"}),
        ("业绩比较基准见说明书。", {"benchmark", "wealth"}),
        ("近一年收益以官网为准。", {"wealth_performance"}),
        ("可以在网点换一些日元。", {"fx"}),
        ("美元账户可以在网点开立。", set()),
        ("雪球产品可能亏损本金。", {"futures"}),
        ("百万医疗续保请看条款。", {"insurance"}),
        ("炒外汇波动很大。", {"precious_metal", "fx"}),
        ("基金的业绩比较基准见合同。", {"benchmark", "fund"}),
        ("赎回后两个工作日到账。", {"wealth"}),
        ("赎回后两个工作日到账，逾期请联系我们。", {"wealth", "overdue"}),
        ("这只基金赎回后两个工作日到账。", {"fund"}),
        ("结构性存款挂钩汇率，另外今天的汇率见首页。", {"structured_deposit", "fx"}),
        ("黄金路支行九点开门。", set()),
        ("您好，请问有什么可以帮您？", set()),
    ],
)
def test_text(finder: CategoryFinder, text: str, expected: set[str]) -> None:
    assert finder.in_text(text) == expected


def test_texts_of_agents(finder: CategoryFinder) -> None:
    """Texts written by somebody who had not seen the terms; looked at while these were mended.

    What is in brackets (`optional`) may be found or not.
    """
    rows = [json.loads(line) for line in AGENTS.read_text("utf-8").splitlines()]
    wrong = {}
    for row in rows:
        found, expected = finder.in_text(row["text"]), set(row["categories"])
        if expected - found or found - expected - set(row["optional"]):
            wrong[row["text"]] = found
    assert len(rows) > 50
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每年最多存一万二，退休才能取出来", True),
        ("经营性的可以做三年", True),
        ("交割日前可以反向平掉，盈亏您自己承担", True),
        ("您好，我是小李，很高兴为您服务", False),
        ("请稍等，我看一下", False),
        ("您好，我是小李，工号0231，订单20261024我看一下", False),
        ("第1年3.5%，以后2万起", True),
    ],
)
def test_whether_terms_are_stated(finder: CategoryFinder, text: str, *, expected: bool) -> None:
    assert finder.states_terms(text) is expected


@pytest.mark.parametrize(
    ("intent", "expected"),
    [
        ("ask_wealth", {"wealth"}),
        ("ask_fund", {"fund"}),
        ("ask_insurance", {"insurance"}),
        ("ask_structured_deposit", {"structured_deposit"}),
        ("ask_precious_metal", {"precious_metal"}),
        ("ask_fx", {"fx"}),
        ("ask_loan", {"loan"}),
        ("ask_credit_card", {"credit_card"}),
        ("ask_pension", {"pension"}),
        ("ask_private_fund", {"private_fund"}),
        ("ask_agency_sale", {"agency_sale"}),
        ("ask_deposit", set()),
        ("guide_card", set()),
        ("greet", set()),
        ("", set()),
    ],
)
def test_intent(finder: CategoryFinder, intent: str, expected: set[str]) -> None:
    assert finder.of_intent(intent) == expected
