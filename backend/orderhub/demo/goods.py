"""What the demo shops sell: car parts and care, with barcodes of a made-up company prefix."""

from orderhub.catalog.entries import BarcodeEntry, Entry

# code, name, spec, price in fen
GOODS = (
    ("FLT-W712", "机油滤清器 W712", "W712/95", 2800),
    ("FLT-W610", "机油滤清器 W610", "W610/3", 2600),
    ("FLT-AC21", "空调滤清器 活性炭", "21×20 cm", 3900),
    ("FLT-AIR5", "空气滤清器", "C 2508", 4500),
    ("OIL-5W30", "全合成机油 5W-30", "4 L", 19900),
    ("OIL-0W20", "全合成机油 0W-20", "4 L", 23900),
    ("OIL-GEAR", "手动变速箱油 75W-90", "1 L", 6900),
    ("BRK-DOT4", "刹车油 DOT4", "500 ml", 3500),
    ("BRK-DOT3", "刹车油 DOT3", "500 ml", 2900),
    ("BRK-PADF", "刹车片 前轮", "一套四片", 18800),
    ("BRK-PADR", "刹车片 后轮", "一套四片", 15800),
    ("PLG-IRID", "铱金火花塞 四支装", "IFR6T11", 16800),
    ("PLG-NICK", "镍合金火花塞 四支装", "BKR6E", 5900),
    ("WIP-2418", "雨刮片 24/18 寸", "无骨", 4900),
    ("WIP-2616", "雨刮片 26/16 寸", "无骨", 5200),
    ("WIP-FLUI", "玻璃水 -25 ℃", "2 L×2", 2990),
    ("LMP-H7WB", "大灯灯泡 H7", "55 W 两只", 5800),
    ("LMP-LED4", "LED 大灯 H4", "两只", 23800),
    ("BAT-6070", "蓄电池 60 Ah", "L2-400", 38800),
    ("TYR-2055", "轮胎 205/55 R16", "一条", 32900),
    ("TYR-VALV", "轮胎气门嘴 四只", "TR414", 990),
    ("CAR-WASH", "洗车液 浓缩", "2 L", 1990),
    ("CAR-WAXP", "固体车蜡", "200 g", 4590),
    ("CAR-CLOT", "洗车毛巾 五条", "40×40 cm", 1890),
    ("CAR-SEAT", "座套 四季通用", "五座全套", 29900),
    ("CAR-MATS", "脚垫 全包围", "五座", 16900),
    ("ELC-DASH", "行车记录仪 2K", "含 64 G 卡", 25900),
    ("ELC-CHRG", "车载充电器", "66 W 双口", 5900),
    ("SAF-TRIA", "三角警示牌", "折叠", 1590),
    ("SAF-EXTI", "车载灭火器", "水基 620 ml", 4990),
)
PRICES = {code: price for code, _, _, price in GOODS}
NAMES = {code: name for code, name, _, _ in GOODS}


def entries() -> list[Entry]:
    """Return the SKUs as the catalogue takes them, each with the barcode of one piece."""
    return [
        Entry(
            code=code,
            name=name,
            product=name,
            spec=spec,
            unit="件",
            barcodes=[BarcodeEntry(code=_ean(number))],
        )
        for number, (code, name, spec, _) in enumerate(GOODS, start=1)
    ]


def _ean(number: int) -> str:
    """Return an EAN-13 with its check digit (GS1 General Specifications, 7.9)."""
    digits = f"69000000{number:04d}"
    odd, even = (sum(map(int, digits[start::2])) for start in (0, 1))
    return f"{digits}{-(odd + 3 * even) % 10}"
