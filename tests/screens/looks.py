"""Looks: in which size, language and theme a page is seen."""

from itertools import product
from typing import Any, Literal, NamedTuple

from orderhub.rendering.languages import LANGUAGES

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
# A usual phone, the smallest one we serve, and a computer at a desk.
SIZES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 412, "height": 839},
        "device_scale_factor": 2.625,
        "is_mobile": True,
        "has_touch": True,
    },
    "small": {
        "viewport": {"width": 320, "height": 640},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desk": {"viewport": {"width": 1280, "height": 800}},
}


class Look(NamedTuple):
    """One way to see a page."""

    size: str
    lang: str
    theme: Theme

    @property
    def name(self) -> str:
        return f"{self.size}.{self.lang}.{self.theme}"

    @property
    def context(self) -> dict[str, Any]:
        """Return what a browser context needs to see pages like this."""
        return {
            **SIZES[self.size],
            "locale": self.lang,
            "timezone_id": "Asia/Shanghai",
            "color_scheme": self.theme,
            "reduced_motion": "reduce",
            "service_workers": "block",
        }


LOOKS = tuple(Look(*one) for one in product(SIZES, LANGUAGES, THEMES))
