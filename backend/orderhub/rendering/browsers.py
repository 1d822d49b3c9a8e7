"""Browsers that live inside another app: they open pages, but install nothing and may keep nothing for later.

On the floor most links are opened from a chat. A page then says what is missing and how to go on in a real browser.
"""

# By what stands in their User-Agent. Those whose way out we can name come first.
_CAPTIVE = (
    ("MicroMessenger", "wechat"),  # WeChat, and WeCom, which names both
    ("DingTalk", "app"),
    ("Lark/", "app"),
    ("Feishu", "app"),
    ("AlipayClient", "app"),
    (" QQ/", "app"),
    ("Weibo", "app"),
    ("aweme", "app"),  # Douyin
    ("NewsArticle", "app"),  # Toutiao
    ("FBAN/", "app"),
    ("FBAV/", "app"),
    ("Instagram", "app"),
    (" Line/", "app"),
)


def captive(user_agent: str) -> str:
    """Return ``wechat`` or ``app`` for a browser inside another app, and nothing for a browser of its own."""
    return next((name for mark, name in _CAPTIVE if mark in user_agent), "")
