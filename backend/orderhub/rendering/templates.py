"""The template environment, one for each language, so that macros and fragments speak it without being told.

A template sees ``t`` (words), ``lang``, ``icon``, ``asset``, ``look`` and the filters ``money``, ``number``, ``when``,
``duration``. Everything is escaped; an unknown name is an error.
"""

import json
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orderhub.kernel import clock
from orderhub.rendering import charts, formats, places, times
from orderhub.rendering.assets import asset, icon
from orderhub.rendering.catalogue import Words, words
from orderhub.rendering.rings import ring
from orderhub.rendering.stages import look


def render(name: str, lang: str, /, **context: Any) -> Markup:
    """Return a template rendered in a language: markup, so that a page can hold what a view rendered."""
    return Markup(environment(lang).get_template(name).render(context))


@cache
def environment(lang: str) -> Environment:
    """Return the environment of a language."""
    env = Environment(
        loader=FileSystemLoader(places.templates()),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    spoken = words(lang)
    env.globals.update(_globals(spoken))
    env.filters.update(_filters(spoken))
    return env


def _globals(spoken: Words) -> dict[str, Any]:
    return {
        "t": spoken.text,
        "say": spoken.say,
        "has_word": spoken.__contains__,
        "lang": spoken.lang,
        "icon": icon,
        "asset": asset,
        "look": look,
        "now": lambda: clock.now().isoformat(timespec="milliseconds"),
        "script_words": _json(spoken.starting("js.")),
        "htmx_config": _json(HTMX),
    }


def _filters(spoken: Words) -> dict[str, Any]:
    return {
        "money": formats.money,
        "number": formats.number,
        "duration": lambda stretch: formats.duration(stretch, spoken),
        "ring": lambda due: ring(due, spoken),
        "when": lambda at, style="day": times.when(at, spoken, style),
        "stamp": times.stamp,
        "tail": lambda number: number[-4:],
        "spark": charts.spark,
        "share": charts.share,
    }


# What keeps htmx within a content security policy without inline code or eval.
HTMX = {
    "allowEval": False,
    "includeIndicatorStyles": False,
    "allowScriptTags": False,
    "selfRequestsOnly": True,
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "scrollIntoViewOnBoost": False,
}


def _json(value: Any) -> Markup:
    """Return JSON for an attribute in double quotes."""
    return Markup("{}").format(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
