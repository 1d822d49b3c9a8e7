"""The paper: what stands on it, in both languages and over many sheets; that nobody is named on it; that making is recorded."""

import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader

from orderhub.dossier import lines, typeface
from orderhub.kernel import postgres
from orderhub.orders.remarks import masked
from orderhub.proof.verify import verify
from tests.browsers import Browser
from tests.company import company
from tests.dossier.held import WAYBILL, Held, dossier_of, eventful_order
from tests.people import hire
from tests.placed import draft, placed

pytestmark = pytest.mark.usefixtures("clean")


@pytest.fixture
async def held(clean: str) -> Held:
    return await dossier_of(await eventful_order())


def sheets(held: Held) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(held.file)).pages]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh-CN",
            ("订单档案", "商品", "包裹", "凭证", "全部经过", "已揽收", "陈小姐 (主管)", "第 1 页，共 2 页"),
        ),
        (
            "en",
            (
                "Dossier",
                "Lines",
                "Parcels",
                "Proof",
                "Full record",
                "Collected",
                "陈小姐 (Manager)",
                "Page 1 of 2",
            ),
        ),
    ],
)
async def test_it_says_everything_in_the_persons_language(lang: str, words: tuple[str, ...]) -> None:
    held = await dossier_of(await eventful_order(), lang=lang)
    shown = ("机油滤清器 W712", "¥56.00", held.number, f"{held.number}-2", WAYBILL, "顺丰速运", "旗舰店")
    assert [word for word in (*words, *shown) if word not in held.text] == []
    meta = PdfReader(BytesIO(held.file)).metadata
    assert meta is not None
    assert held.number in str(meta.title)


async def test_it_bears_the_end_of_every_chain(held: Held) -> None:
    rows = await postgres.fetch(
        "select id, head_seq, head_digest from subjects where root_id = $1", held.order
    )
    text = re.sub(r"\s", "", held.text)
    assert len(rows) == 3
    for row in rows:
        assert row["head_digest"].hex() in text
        assert f"subject:{row['id']}" in text


async def test_no_person_but_the_staff_is_named_on_it(held: Held) -> None:
    for secret in ("王小明", "13812342046", "星湖街", "吴中区", masked("13812342046")):
        assert secret not in held.text, secret


async def test_a_long_order_goes_on_over_sheets_with_titles_and_numbers_on_each() -> None:
    held = await dossier_of(await eventful_order(name="机油滤清器 W712 适用于多款车型 加长名称", lines=60))
    texts = sheets(held)
    assert len(texts) >= 3
    for number, text in enumerate(texts, start=1):
        assert f"第 {number} 页，共 {len(texts)} 页" in text
    assert sum("前 → 后" in text for text in texts) >= 2


async def test_letters_of_many_languages_are_printed_and_unknown_ones_have_a_stand_in() -> None:
    name = "Żółć ſtraße Ẩm đường Ελλάδα Жук ﬁlter 龘 𠮷 😀 عربي\tx"
    held = await dossier_of(await eventful_order(name=name))
    assert "Żółć" in held.text
    assert "đường Ελλάδα Жук" in held.text
    assert f"龘 {typeface.STAND_IN} {typeface.STAND_IN}" in held.text


async def test_making_one_is_an_act_that_names_the_file(held: Held) -> None:
    body = await postgres.fetchval(
        "select body from ledger where body like '%dossier.made%' and stream = 'access'"
    )
    told = msgspec.json.decode(body)
    assert (told["who"]["name"], told["evidence"]["file"]) == ("陈小姐", sha256(held.file).hexdigest())
    assert (told["evidence"]["order"], told["evidence"]["number"]) == (str(held.order), held.number)
    assert (await verify()).findings == []


async def test_two_of_one_order_are_two_files_with_two_addresses(held: Held) -> None:
    other = await dossier_of(held.order)
    assert other.path != held.path
    assert other.file != held.file


async def test_another_shops_order_is_not_found_and_nothing_is_recorded() -> None:
    them = await company()
    sku = await postgres.fetchval(
        """with p as (insert into products (name) values ('filter') returning id)
           insert into skus (code, product_id, name) select 'W712', id, 'filter' from p returning id"""
    )
    (order,) = await placed([draft((them.douyin, them.chengdu, sku))])
    number = await postgres.fetchval("select number from orders where id = $1", order)
    person = await postgres.fetchval("select id from people where login = 'he'")
    async with Browser() as browser:
        await browser.arrive(person)
        assert (await browser.get(f"/orders/{number}/dossier")).status_code == 404
    async with Browser() as stranger:
        assert (await stranger.get(f"/orders/{number}/dossier")).headers["location"].startswith("/sign-in")
    assert await postgres.fetchval("select count(*) from dossiers") == 0


async def test_the_orders_page_hands_it_out() -> None:
    order = await eventful_order()
    number = await postgres.fetchval("select number from orders where id = $1", order)
    async with Browser() as browser:
        await browser.arrive(await hire("min", "warehouse"))
        assert f'href="/orders/{number}/dossier"' in (await browser.get(f"/orders/{number}")).text


def test_chinese_breaks_anywhere_but_never_begins_a_line_with_a_stop() -> None:
    found = lines.broken("机油滤清器，刹车油。" * 6, column=50, size=10)
    assert "".join(found) == "机油滤清器，刹车油。" * 6
    assert all(typeface.width(line, 10) <= 60 and line[0] not in "，。" for line in found)


def test_words_stay_whole_and_what_has_no_gap_is_cut() -> None:
    assert lines.broken("two words", column=30, size=10) == ["two", "words"]
    cut = lines.broken("A" * 64, column=100, size=10)
    assert "".join(cut) == "A" * 64
    assert all(typeface.width(line, 10) <= 100 for line in cut)


async def test_without_built_assets_the_typeface_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderhub.rendering.assets._manifest", lambda: None)
    from orderhub.rendering import assets

    with pytest.raises(assets.MissingAsset, match="build the assets"):
        assets.path("fonts/paper.ttf")


def test_the_typeface_stands_beside_its_licences() -> None:
    from orderhub.rendering import assets

    for name in ("noto-sans-sc", "noto-sans"):
        assert "SIL OPEN FONT LICENSE" in Path(assets.path(f"fonts/{name}-OFL.txt")).read_text("utf-8")
