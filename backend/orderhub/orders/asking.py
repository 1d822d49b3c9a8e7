"""Asking: what somebody typed or pasted into a search box, read as the numbers, phones and names that it may mean.

Numbers come out of chats, labels and telephone calls: behind "订单号：", with spaces and dashes in them, in full-width
digits, with signs that nobody sees. What may mean two things is read as both.
"""

import re
import unicodedata
from collections.abc import Iterator

import msgspec

from orderhub.orders.masking import phone_digits

LONGEST = 200

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_AROUND = " \t\r\n.,;:#'\"!?。，；：、“”‘’「」【】[]()<>《》"
_LABEL = re.compile(r"[:,;\n、]")
# A run of letters and digits with at most one space, dash or the like between any two of them.
_RUN = re.compile(r"[0-9A-Za-z]+(?:[ ./_+-][0-9A-Za-z]+)*")
_SHORTEST_NUMBER = 8
_SHORTEST_PHONE = 7
_MOST = 24


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for. ``text`` is what was typed, cleaned; ``digits`` are four or five that stand alone."""

    text: str
    numbers: tuple[str, ...]
    phones: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    digits: str = ""

    @property
    def last_four(self) -> str:
        """Return the last four digits of a phone, if that is what was typed."""
        return self.digits if len(self.digits) == 4 else ""


def read(typed: str) -> Asked:
    """Return what a text may mean; its first 200 characters count."""
    typed = typed[:LONGEST].strip()
    text = _cleaned(typed)
    told = _LABEL.split(text)[-1].strip(_AROUND)
    runs = _RUN.findall(text)
    numbers = [typed, text, told, *(spelling for run in runs for spelling in _spellings(run))]
    phones = [phone_digits(each) for each in (told, *runs) if not re.search(r"[A-Za-z]", each)]
    return Asked(
        text=text,
        numbers=_distinct([*numbers, *(number.upper() for number in numbers)]),
        phones=_distinct([phone for phone in phones if len(phone) >= _SHORTEST_PHONE]),
        names=_distinct([typed, text, *([] if re.search(r"\d", told) else [told])]),
        digits=_alone(text, runs),
    )


def _cleaned(typed: str) -> str:
    """Write full-width signs narrow and every dash alike, and leave out what cannot be seen."""
    narrow = unicodedata.normalize("NFKC", typed).translate(_DASHES)
    seen = "".join(sign for sign in narrow if unicodedata.category(sign) != "Cf")
    return re.sub(r"[^\S\n]+", " ", seen).strip(_AROUND)


def _spellings(run: str) -> Iterator[str]:
    """Spell a run as it stands, in one piece, with dashes, and without the words around the number in it."""
    words = run.split(" ")
    with_digits = [place for place, word in enumerate(words) if re.search(r"\d", word)]
    if not with_digits:
        return
    core = words[with_digits[0] : with_digits[-1] + 1]
    for some in (words, core):
        yield from (" ".join(some), "-".join(some), re.sub(r"[ ./_+-]", "", "".join(some)))
    if len(core) != len(words) or not "".join(words).isdigit():
        yield from (word for word in core if len(word) >= _SHORTEST_NUMBER or not word.isdigit())


def _alone(text: str, runs: list[str]) -> str:
    """Return four or five digits that are all there is, but for a label: the end of a phone, or a code of the day."""
    if len(runs) != 1 or not re.fullmatch(r"\d{4,5}", runs[0]):
        return ""
    return runs[0] if text == runs[0] or not text[0].isascii() or _LABEL.search(text) else ""


def _distinct(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))[:_MOST]
