"""Lanes: the story drawn like a track plan, one lane a parcel, newest on top. Three at most are drawn; text tells all."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from orderhub.journey.story import Happening
from orderhub.journey.tracks import Track, Tracks
from orderhub.kernel.flows import flow

MOST = 3


class Cell(msgspec.Struct, frozen=True):
    """A lane in a row: classes of the drawing (o empty, d event, top, end, now, x blocked, f1 f2 split off) and a tone."""

    marks: str
    tone: str


class Lane(msgspec.Struct, frozen=True):
    """A drawn parcel: its number, its tone now, and its cell in every row of the story."""

    n: int
    tone: str
    cells: Sequence[Cell]


def lanes(told: Tracks, rows: Sequence[Happening]) -> list[Lane]:
    """Return the lanes of the parcels that are drawn."""
    return [_lane(track, place, rows, told) for place, track in enumerate(drawn(told.tracks))]


def drawn(tracks: Sequence[Track]) -> list[Track]:
    """Return the parcels worth a lane, in the order of their numbers: what is stuck first, then what is on its way."""
    wanted = sorted(tracks, key=lambda track: (not track.is_stuck, track.is_end, track.n))[:MOST]
    return sorted(wanted, key=lambda track: track.n)


def _lane(track: Track, place: int, rows: Sequence[Happening], told: Tracks) -> Lane:
    dots = [number for number, row in enumerate(rows) if _is_on(row, track, place)]
    top, opened = min(dots), max(dots) if place else len(rows) - 1
    cells = [
        Cell(_marks(track, place, row, number=number, dots=dots, opened=opened), _tone(track, row.at, told))
        if top <= number <= opened
        else Cell("o", _tone(track, row.at, told))
        for number, row in enumerate(rows)
    ]
    return Lane(track.n, "bad" if track.is_stuck else cells[top].tone, cells)


def _marks(track: Track, place: int, row: Happening, *, number: int, dots: Sequence[int], opened: int) -> str:
    is_top, is_fork = number == min(dots), place > 0 and number == opened
    marks = {
        f"f{place}": is_fork,
        "d": number in dots and (is_top or not is_fork),
        "top": is_top,
        "now": is_top and not track.is_end,
        "end": place == 0 and number == opened,
        "x": track.stuck_since is not None and row.at > track.stuck_since,
    }
    return " ".join(mark for mark, is_so in marks.items() if is_so)


def _is_on(row: Happening, track: Track, place: int) -> bool:
    """The first lane also carries what happened to the order before it was in parcels, and the forks."""
    return track.n in row.parcels or (place == 0 and not row.parcels)


def _tone(track: Track, at: datetime, told: Tracks) -> str:
    """Return the tone of whoever held it at a moment."""
    if track.stuck_since is not None and at >= track.stuck_since:
        return "bad"
    stays = [("order", stay) for stay in told.trunk] + [(track.kind, stay) for stay in track.stays]
    since = sorted(
        ((stay.entered_at, flow(kind).stage(stay.stage).tone) for kind, stay in stays), key=_moment
    )
    return [tone for moment, tone in since if moment <= at or moment == since[0][0]][-1]


def _moment(entered: tuple[datetime, str]) -> datetime:
    return entered[0]
