"""Pages as a phone shows them without network, or inside another app: written by the hub, finished by the worker."""

from orderhub.front import pages
from orderhub.rendering.languages import LANGUAGES
from tests.rendering.samples import board, people


def offline(lang: str) -> str:
    """The page for when there is none; it speaks both languages, so each stands for one thing somebody tried."""
    tried = "read" if lang == LANGUAGES[0] else "leave"
    html = _shown(pages.offline(), f"tried-{tried}", "kept-pages")
    kept = ("订单 MX2611220031", "Orders that are late today, of all shops and warehouses")
    items = (
        f'<li><a href="/"><b class="g">{title}</b><span class="m f2">11/22 13:51</span></a></li>'
        for title in kept
    )
    return html.replace('id="kept-list" class="cells">', 'id="kept-list" class="cells">' + "".join(items))


def kept(lang: str) -> str:
    """A page that was kept."""
    html = _shown(board.board(lang), "kept")
    return html.replace('<time id="kept-at">', '<time id="kept-at">11/22 13:51')


def captive(lang: str) -> str:
    """A page inside WeChat."""
    return people.me(lang, captive="wechat")


def _shown(html: str, *ids: str) -> str:
    for name in ids:
        before, found, after = html.partition(f' id="{name}"')
        assert found, name
        tag, _, rest = after.partition(">")
        html = f"{before}{found}{tag.replace(' hidden', '')}>{rest}"
    return html
