"""Pictures and documents to and from customers, over both kinds of account."""

from __future__ import annotations

from pathlib import Path

from redis.asyncio import Redis

from connectors.wechat.fake.account import Account
from connectors.wechat.quota import Deed
from conversation.approved import Author
from conversation.message import Draft, Message, Sender
from tests.background import background
from tests.integration.connectors.wechat.kf.world import KF, USER, KfWorld
from tests.integration.connectors.wechat.world import APP, SECRET, Base, World
from tests.unit.conversation.doubles import EchoBot
from tests.unit.conversation.samples import HTML, PDF, PNG


async def agent_sends(world: Base, name: str, content: bytes) -> None:
    conversation = await world.current()
    stored = await world.files.put(conversation.id, name, content)
    author = Author(Sender.SYSTEM, conversation.epoch)
    drafts = [Draft(name, files=(stored,))]
    await world.store.send(world.gate.approve(conversation, author, drafts))


async def customers(world: Base) -> list[Message]:
    log = await world.store.log((await world.current()).id)
    return [message for message in log if message.sender is Sender.CUSTOMER]


async def test_pictures_in_an_official_account(redis_client: Redis, tmp_path: Path) -> None:
    world = World(redis_client, EchoBot(), folder=tmp_path)
    async with background(world.wake.run(), world.courier.run()), world.working():
        await world.says("你好")
        await world.shown(2)
        await agent_sends(world, "网点.png", PNG)
        await world.shown(4)
        world.account.deed("anna", Deed.MESSAGE)
        media = world.account.media.put("image", "", PNG)
        fields = {"MediaId": media, "PicUrl": "http://x"}
        assert await world.pusher.push("anna", "image", **fields)
        await world.shown(5)
        account = world.account.phones["anna"]
        assert account.screen[2]["text"] == "网点.png"
        assert account.screen[3]["file"] == ("网点.png", PNG)
    *_, picture = await customers(world)
    assert picture.text == "[图片]"
    (file,) = picture.files
    stored = await world.files.get(world.customer.key, file.id)
    assert stored
    assert stored.content == PNG


async def test_what_is_no_picture_is_still_told(redis_client: Redis, tmp_path: Path) -> None:
    world = World(redis_client, EchoBot(), folder=tmp_path, account=Account(APP, SECRET))
    media = world.account.media.put("image", "", HTML)
    for name in (media, "unheard-of"):
        world.account.deed("anna", Deed.MESSAGE)
        assert await world.pusher.push("anna", "image", MediaId=name)
    assert [(said.text, said.files) for said in await customers(world)] == [("[图片]", ())] * 2
    assert await world.files.of((await world.current()).id) == []


async def test_one_push_repeated_leaves_one_file(redis_client: Redis, tmp_path: Path) -> None:
    world = World(redis_client, EchoBot(), folder=tmp_path)
    fields = {
        "ToUserName": "gh",
        "FromUserName": "anna",
        "CreateTime": str(int(world.pusher.clock())),
        "MsgType": "image",
        "MsgId": "42",
        "MediaId": world.account.media.put("image", "", PNG),
    }
    for _ in range(2):
        assert await world.pusher.deliver(fields)
    (said,) = await customers(world)
    assert await world.files.of((await world.current()).id) == [file.id for file in said.files]


async def test_pictures_and_documents_in_kf(redis_client: Redis, tmp_path: Path) -> None:
    world = KfWorld(redis_client, EchoBot(), folder=tmp_path)
    async with background(world.wake.run()), world.working(), world.serving():
        await world.says("你好")
        await world.shown(2)
        await agent_sends(world, "回单.pdf", PDF)
        await world.shown(4)
        world.corp.says(KF, USER, "image", media_id=world.corp.media.put("image", "", PNG))
        world.corp.says(KF, USER, "file", media_id=world.corp.media.put("file", "", PDF))
        await world.bell.ring(KF)
        await world.fetched()
        await world.shown(6)
        await agent_sends(world, "网点.png", PNG)
        await world.shown(8)
        shown = [entry["file"] for entry in world.session.screen if "file" in entry]
        assert shown == [("回单.pdf", PDF), ("网点.png", PNG)]
        assert world.corp.media.shown("image", [*world.corp.media.files][-1])
    sent = [(said.text, [file.type for file in said.files]) for said in await customers(world)]
    assert sent[1:] == [("[图片]", ["image/png"]), ("[文件]", ["application/pdf"])]
