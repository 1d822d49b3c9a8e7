"""The goods of the pictures: car parts with short and long names, brought in by product files as people make them."""

from datetime import timedelta
from uuid import UUID

from orderhub.catalog import ending, importing, listing
from orderhub.catalog.gtin import check_digit
from orderhub.catalog.listing import ListingEntry
from orderhub.kernel import clock, postgres
from orderhub.kernel.actors import Actor
from tests.catalog.files import csv_file

# code, name, product, spec, unit, weight, price in minor units
GOODS = (
    ("W712-75", "机油滤清器 W712/75", "机油滤清器", "W712/75", "个", "320", 2800),
    ("W719-45", "机油滤清器 W719/45", "机油滤清器", "W719/45", "个", "360", 3200),
    ("DOT4-500", "刹车油 DOT4 500ml", "刹车油", "DOT4 500ml", "瓶", "560", 4200),
    ("DOT3-500", "刹车油 DOT3 500ml", "刹车油", "DOT3 500ml", "瓶", "560", 3500),
    ("ILZKR7B", "铱金火花塞 四支装", "火花塞", "四支装", "盒", "240", 23600),
    ("WIPER-24-18", "无骨雨刮片 24/18 寸", "雨刮片", "24/18 寸", "对", "410", 6900),
    ("WIPER-26-16", "无骨雨刮片 26/16 寸", "雨刮片", "26/16 寸", "对", "420", 6900),
    ("CABIN-HEPA", "活性炭空调滤芯（带 HEPA 层，防花粉防 PM2.5）", "空调滤芯", "加厚款", "片", "180", 8800),
    ("GLASS-2L", "冬季玻璃水 -25℃ 2L", "玻璃水", "2L", "桶", "2150", 1990),
    (
        "OBD-PRO", "Bluetooth OBD-II diagnostic scanner with lifetime updates, all makes since 1996",
        "OBD diagnostic scanner", "Pro", "pc", "150", 12900,
    ),
    (
        "MAT-ES8-5", "全包围汽车脚垫 定制款 蔚来 ES8（2023 款六座长续航版）含后备箱垫", "汽车脚垫 蔚来 ES8", "六座 全套",
        "套", "5400", 68000,
    ),
    ("GIFT-CLOTH", "擦车布", "擦车布", "30×30", "块", "40", 0),
)  # fmt: skip
MODELS = ("朗逸", "轩逸", "卡罗拉", "雅阁", "凯美瑞", "宋 PLUS", "汉 EV", "Model Y", "理想 L7", "哈弗 H6")
PADS = tuple(
    (f"PAD-{part}{n:02}", f"{axle}刹车片 {model}", f"{axle}刹车片 {model}", "", "副", "1300", 15900 + 300 * n)
    for part, axle in (("F", "前"), ("R", "后"), ("C", "陶瓷前"), ("D", "陶瓷后"), ("E", "低尘"))
    for n, model in enumerate(MODELS)
)
PRICES = {good[0]: good[6] for good in (*GOODS, *PADS)}
NAMES = {good[0]: good[1] for good in (*GOODS, *PADS)}
SOLD = tuple(good[0] for good in GOODS if good[0] != "DOT3-500")


async def stock_up(keeper: Actor) -> dict[str, str]:
    """Import all goods, end one of them, and leave an import in each state; returns names for addresses."""
    rows, now = _rows(), clock.now()
    with clock.frozen(now - timedelta(days=100)):
        over = await importing.upload(
            csv_file(("SNOW-X", "防滑链 X 型")), file_name="冬季新品.csv", actor=keeper
        )
    with clock.frozen(now - timedelta(days=30)):
        done = await importing.upload(csv_file(*rows), file_name="车品主档 2026-10.csv", actor=keeper)
        await _apply(done, keeper)
        async with postgres.transaction() as tx:
            await ending.end(tx, ["DOT3-500"], actor=keeper)
    with clock.frozen(now - timedelta(hours=3)):
        wrong = await importing.upload(
            _wrong(), file_name="仓库盘点后修正（阿敏）final-final2.csv", actor=keeper
        )
    with clock.frozen(now - timedelta(hours=1)):
        same = await importing.upload(csv_file(*rows[:6]), file_name="goods.csv", actor=keeper)
    with clock.frozen(now - timedelta(minutes=10)):
        waiting = await importing.upload(_news(), file_name="双 11 补货.csv", actor=keeper)
    await importing.drop_old_contents()
    named = {"over": over, "done": done, "wrong": wrong, "same": same, "waiting": waiting}
    return {name: str(one) for name, one in named.items()} | await _products()


async def list_all(shop_id: int, keeper: Actor) -> None:
    """Say that a shop calls everything as we do, with a T- before it."""
    entries = [ListingEntry(outside_sku=f"T-{code}", sku=code) for code in SOLD]
    async with postgres.transaction() as tx:
        await listing.list_skus(tx, shop_id, entries, actor=keeper)


async def _apply(import_id: UUID, keeper: Actor) -> None:
    plan = (await importing.find(import_id)).plan
    assert plan is not None
    await importing.apply(import_id, plan=plan, actor=keeper)


async def _products() -> dict[str, str]:
    wanted = {"filters": "机油滤清器", "brake_fluid": "刹车油", "mat": "汽车脚垫 蔚来 ES8"}
    rows = {row["name"]: row["id"] for row in await postgres.fetch("select id, name from products")}
    return {name: str(rows[product]) for name, product in wanted.items()}


def _rows() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for place, (code, name, product, spec, unit, weight, _) in enumerate((*GOODS, *PADS)):
        piece = _barcode("690123400", place)
        rows.append((code, name, product, spec, unit, "" if code == "GIFT-CLOTH" else piece, "1", weight))
        if place < 4:
            rows.append((code, "", "", "", "", _barcode("1690123400", place), "24", ""))
    return rows


def _barcode(prefix: str, place: int) -> str:
    body = f"{prefix}{place:03}"
    return body + check_digit(body)


def _wrong() -> bytes:
    return csv_file(
        ("W712-75", "", "", "", "", "6901028074830", "1", ""),
        ("DOT4-500", "刹车油 DOT4 500ml", "刹车油", "", "", "", "12", "半斤多"),
        ("", "没有编码的新品", "", "", "", "", "", ""),
        ("SNOW-Y", "防滑链 Y 型", "", "", "", "6.92E+12", "1", "2.4kg"),
        ("GLASS-2L", "冬季玻璃水 -25℃ 2L", "", "", "", _barcode("690123400", 0), "1", ""),
        ("CABIN-HEPA", "", "", "", "", "", "", "1.5.2"),
    )


def _news() -> bytes:
    return csv_file(
        ("W712-75", "机油滤清器 W712/75（新包装）", "", "", "", "", "", "335"),
        ("DOT4-500", "", "", "", "", _barcode("1690123411", 2), "12", ""),
        ("DOT3-500", "", "", "DOT3 500ml", "", "", "", ""),
        ("SNOW-X", "防滑链 X 型", "防滑链", "X", "副", _barcode("690123499", 1), "1", "3.2kg"),
        (
            "SNOW-Z",
            "防滑链 Z 型（适合 225/65R17 及以上，铝合金轮毂专用）",
            "防滑链",
            "Z",
            "副",
            "",
            "",
            "4.05678kg",
        ),
    )
