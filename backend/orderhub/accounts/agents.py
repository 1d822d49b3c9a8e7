"""What a person recognises a device of theirs by: its system and browser, read from the User-Agent."""

# The first that stands in the text counts: every browser also names those before it.
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"))
_DESKTOPS = (("Windows", "Windows"), ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)


def label(user_agent: str) -> str | None:
    """Return ``Android · Chrome``, or None for what we do not know."""
    parts = [_first(user_agent, (*_SYSTEMS, *_DESKTOPS)), _first(user_agent, _BROWSERS)]
    return " · ".join(part for part in parts if part) or None


def _first(text: str, marks: tuple[tuple[str, str], ...]) -> str | None:
    return next((name for mark, name in marks if mark in text), None)
