"""Answering: where an order is, in whole sentences that somebody of ours sends to its buyer as they stand.

The same facts as on the buyer's page, and in every language, because the buyer's need not be that of whoever answers.
Moments are written with their date: a chat is read again tomorrow.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from orderhub.journey.steps import word_of
from orderhub.journey.story import waits_for
from orderhub.journey.tracks import Track, Tracks
from orderhub.kernel.flows import flow
from orderhub.rendering import formats, times
from orderhub.rendering.catalogue import Words, words
from orderhub.rendering.languages import LANGUAGES


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What to send, in one language. ``address`` is the buyer's link; none where it opens no longer."""

    lang: str
    text: str
    copy: str
    follow: str
    address: str


def answers(told: Tracks, *, address: str, first: str) -> tuple[Answer, ...]:
    """Return the answer in every language, that of whoever sends it first."""
    return tuple(
        _worded(spoken, _answer(told, spoken), address=address)
        for spoken in map(words, _beginning_with(first))
    )


def received(number: str | None, *, first: str) -> tuple[Answer, ...]:
    """Return what may be said of an order that has come but is none yet."""
    key, data = ("received", {"number": number}) if number else ("received_unnamed", {})
    return tuple(
        _worded(spoken, spoken.text(f"journey.say.{key}", **data), address="")
        for spoken in map(words, _beginning_with(first))
    )


def _beginning_with(first: str) -> Sequence[str]:
    return sorted(LANGUAGES, key=lambda lang: lang != first)


def _worded(spoken: Words, text: str, *, address: str) -> Answer:
    return Answer(
        lang=spoken.lang,
        text=text,
        copy=spoken.text("journey.say.copy"),
        follow=spoken.text("journey.say.follow"),
        address=address,
    )


def _answer(told: Tracks, spoken: Words) -> str:
    of = flow("order")
    is_over = of.stage(told.order["stage"]).final
    clauses = {
        track.n: spoken.text("journey.say.comma").join(_clauses(track, spoken)) for track in told.tracks
    }
    number = told.order["number"]
    if is_over or len(clauses) == 1:
        state = _state("order", told.order["stage"], spoken) if is_over else clauses[told.tracks[0].n]
        parts = [state, *_refunds(told, spoken)]
        text = spoken.text(
            "journey.say.one", number=number, what=spoken.text("journey.say.comma").join(parts)
        )
    else:
        said = [_parcel(track, clauses[track.n], spoken) for track in told.tracks] + _refunds(told, spoken)
        parcels = spoken.text("list.semicolon").join(said)
        text = spoken.text("journey.say.all", number=number, n=len(clauses), parcels=parcels)
    return text + spoken.text("journey.say.sorry") if told.stuck else text


def _parcel(track: Track, what: str, spoken: Words) -> str:
    return spoken.text("journey.say.parcel", n=track.n, goods=_goods(track, spoken), what=what)


def _goods(track: Track, spoken: Words) -> str:
    """Name a parcel by its first thing, so that its buyer knows which one is meant."""
    first, *others = track.goods
    named = spoken.text("journey.goods", name=first["name"], n=first["pieces"])
    if not others:
        return named
    return spoken.text("journey.say.goods_more", goods=named, n=len(others))


def _clauses(track: Track, spoken: Words) -> Iterator[str]:
    def moment(key: str, at: datetime) -> str:
        return spoken.text(f"journey.say.{key}", when=times.written(at, spoken))

    state = _state(track.kind, track.here.stage, spoken)
    if track.is_end and flow(track.kind).stage(track.here.stage).final:
        at = times.written(track.here.entered_at, spoken)
        yield spoken.text("journey.say.ended", when=at, word=state)
        return
    yield state
    yield from _waybill(track, spoken)
    if track.is_stuck:
        yield spoken.text("journey.say.waits", what=spoken.say(waits_for(track)))
        expected = track.here.expected_at
        yield moment("moves_on", expected) if expected else spoken.text("journey.say.unknown")
    if track.promise.by is not None:
        yield moment("by", track.promise.by)
        if track.promise.was is not None:
            yield moment("was", track.promise.was)


def _waybill(track: Track, spoken: Words) -> Iterator[str]:
    if track.waybill:
        tail = track.waybill[-4:]
        named = {"carrier": track.carrier} if track.carrier else {}
        yield spoken.text("journey.say.carrier" if named else "journey.say.waybill", tail=tail, **named)


def _refunds(told: Tracks, spoken: Words) -> list[str]:
    amount = sum(refund.amount_minor for refund in told.refunds)
    if not amount:
        return []
    return [spoken.text("journey.say.refund", amount=formats.money(amount, told.order["currency"]))]


def _state(kind: str, stage: str, spoken: Words) -> str:
    word = spoken.text(word_of(kind, stage))
    return word[:1].lower() + word[1:]
