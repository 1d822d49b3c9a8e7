"""Browsers inside other apps are told from browsers of their own."""

import pytest

from orderhub.rendering.browsers import captive

_WEBKIT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("Mobile/15E148 MicroMessenger/8.0.42", "wechat"),
        ("Mobile/15E148 wxwork/4.1.20 MicroMessenger/7.0.1", "wechat"),
        ("Mobile/15E148 QQ/9.0.20.613", "app"),
        ("Mobile/15E148 AlipayClient/10.5.60", "app"),
        ("Mobile/15E148 DingTalk/7.5.10", "app"),
        ("Mobile/15E148 Lark/7.10.0", "app"),
        ("Version/18.0 Mobile/15E148 Safari/604.1", ""),
        ("Version/12.10 MQQBrowser/15.0 Mobile/15E148 Safari/604.1 QBWebViewUA/2", ""),
        ("CriOS/131.0 Mobile/15E148 Safari/604.1", ""),
    ],
)
def test_an_app_names_itself(mark: str, name: str) -> None:
    assert captive(_WEBKIT + mark) == name
