"""The cast: which warehouses, shops and people the demo has, when they work, and how quick each of them is."""

from datetime import datetime

import msgspec

TIME_ZONE = "Asia/Shanghai"
LUNCH_MINUTES = 15

WAREHOUSES = {"SZ": "苏州一仓", "HF": "合肥仓", "CD": "成都仓"}


class Storefront(msgspec.Struct, frozen=True, kw_only=True):
    """A shop of the demo, the busier the greater its ``weight``; ``dialect`` names a file with a mapping of its own."""

    name: str
    warehouse: str
    weight: int
    currency: str = "CNY"
    time_zone: str = TIME_ZONE
    dialect: str | None = None


STOREFRONTS = (
    Storefront(name="天猫旗舰店", warehouse="SZ", weight=4),
    Storefront(name="香港网店", warehouse="SZ", weight=1, currency="HKD", time_zone="Asia/Hong_Kong"),
    Storefront(name="抖音小店", warehouse="HF", weight=3),
    Storefront(name="微信小程序", warehouse="HF", weight=2),
    Storefront(name="京东旗舰店", warehouse="CD", weight=3),
    Storefront(name="自营商城", warehouse="CD", weight=2, dialect="own_shop"),
)


class Player(msgspec.Struct, frozen=True, kw_only=True):
    """One of the demo's people. A shift is two hours of the day, and may go past midnight; ``pace`` 2 is half as quick."""

    login: str
    name: str
    role: str
    warehouse: str | None = None
    shift: tuple[int, int] = (0, 24)
    lunch: tuple[int, int] = (12, 0)
    pace: float = 1.0

    def is_at_work(self, local: datetime) -> bool:
        """Tell whether it is their shift, and not their lunch, by the clock on their wall."""
        opens, closes = self.shift
        hour = local.hour
        on_shift = opens <= hour < closes if opens < closes else hour >= opens or hour < closes
        eaten = (local.hour - self.lunch[0]) * 60 + local.minute - self.lunch[1]
        return on_shift and not 0 <= eaten < LUNCH_MINUTES


PLAYERS = (
    Player(login="admin", name="管理员", role="admin"),
    Player(login="chen", name="陈姐", role="manager"),
    Player(login="zhou", name="老周", role="operations"),
    Player(login="he", name="小禾", role="service"),
    Player(login="yu", name="小雨", role="service"),
    Player(login="mai", name="小麦", role="sales"),
    Player(login="qian", name="老钱", role="finance"),
    *(
        Player(login=login, name=name, role="warehouse", warehouse=code, shift=shift, lunch=lunch, pace=pace)
        for login, name, code, shift, lunch, pace in (
            ("min", "阿敏", "SZ", (6, 15), (11, 30), 0.8),
            ("gang", "阿刚", "SZ", (14, 23), (18, 0), 1.3),
            ("hai", "阿海", "SZ", (22, 7), (2, 0), 1.0),
            ("fei", "小飞", "HF", (7, 19), (12, 0), 1.0),
            ("xia", "小夏", "HF", (19, 7), (0, 30), 1.2),
            ("tao", "阿涛", "CD", (7, 19), (12, 30), 1.4),
            ("rong", "蓉姐", "CD", (19, 7), (1, 0), 0.9),
        )
    ),
)
FLOOR = tuple(player for player in PLAYERS if player.role == "warehouse")
