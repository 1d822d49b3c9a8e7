"""Examples for the description of the JSON doors; a test holds them against the shapes they are examples of."""

from typing import Any

PAGE: dict[str, Any] = {
    "orders": [
        {
            "id": "019aa5c2-0f6e-7c3a-9d1e-5b2f7a8c4d10",
            "number": "OH-2611-0000042",
            "stage": "allocated",
            "shop": "天猫旗舰店",
            "outside": "69334102887051",
            "buyer": "王**",
            "pieces": 2,
            "amount_minor": 5600,
            "currency": "CNY",
            "placed_at": "2026-11-11T00:00:01Z",
            "reached": 1,
            "reached_of": 1,
            "entered": "2026-11-11T00:00:04Z",
            "due": "2026-11-11T04:00:04Z",
            "late": False,
        }
    ],
    "next": "2026-11-11T00:00:01+00:00~019aa5c2-0f6e-7c3a-9d1e-5b2f7a8c4d10",
}
CORRECTION: dict[str, Any] = {
    "receiver": {"phone": "13900001111", "address": "文一西路969号"},
    "remark": "放门卫",
    "why": "客户来电",
    "key": "7d0f0c8e-5a9b-4f0e-8a53-0c2f4e1f9b11",
}
CORRECTED: dict[str, Any] = {
    "number": "OH-2611-0000042",
    "stage": "allocated",
    "receiver": {
        "masked_name": "王**",
        "masked_phone": "139****1111",
        "region": "江苏省 苏州市 吴中区",
        "scheme": "clear",
    },
    "remark": "放门卫",
}
