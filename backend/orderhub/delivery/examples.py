"""The example of one whole order; a test holds it against the shape it is an example of."""

from typing import Any

WHOLE: dict[str, Any] = {
    "subject": "019aa5c2-0f6e-7c3a-9d1e-5b2f7a8c4d10",
    "visit": "019aa5c2-1a20-7f64-8b3c-2e1d0c9b8a77",
    "head": {
        "number": "OH-2611-0000042",
        "stage": "packed",
        "shop": "天猫旗舰店",
        "placed_at": "2026-11-11T00:00:01Z",
        "buyer": "王**",
        "phone": "138****2046",
        "region": "江苏省 苏州市 吴中区",
        "remark": "放门卫",
        "parcels": 1,
        "late": 0,
        "reached": 1,
        "reached_of": 1,
        "role": "warehouse",
        "entered": "2026-11-11T01:20:00Z",
        "due": "2026-11-11T05:20:00Z",
    },
    "moves": [{"transition": "cancel", "asks": []}],
    "shipments": [
        {
            "subject": "019aa5c2-2b31-7a02-9c4d-6f5e4d3c2b1a",
            "visit": "019aa5c2-3c42-7b13-8d5e-7a6f5e4d3c2b",
            "number": "OH-2611-0000042-1",
            "stage": "packed",
            "warehouse": "苏州一仓",
            "carrier": None,
            "waybill": None,
            "pieces": 2,
            "role": "warehouse",
            "entered": "2026-11-11T01:20:00Z",
            "due": "2026-11-11T05:20:00Z",
            "late": False,
            "moves": [{"transition": "collect", "asks": ["waybill"]}],
        }
    ],
    "lines": [
        {
            "name": "机油滤清器 W712",
            "sku": "W712",
            "outside": "W712-1",
            "ordered": 2,
            "counts": [{"name": "allocated", "pieces": 2}, {"name": "packed", "pieces": 2}],
            "amount_minor": 5600,
            "part_of": None,
        }
    ],
    "money": {
        "currency": "CNY",
        "rows": [{"name": "goods", "amount_minor": 5600}],
        "due": {"name": "total", "amount_minor": 5600},
        "entries": [
            {
                "kind": "payment",
                "number": "42000012342026",
                "amount_minor": 5600,
                "at": "2026-11-11T00:00:04Z",
            }
        ],
        "state": "paid",
    },
    "numbers": [
        {"scheme": "order", "number": "OH-2611-0000042", "of": ""},
        {"scheme": "channel_order", "number": "69334102887051", "of": ""},
    ],
    "timeline": None,
}
