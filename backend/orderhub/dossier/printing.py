"""Printing: a dossier laid out on paper, in one language."""

from orderhub.dossier.entries import Entry
from orderhub.dossier.heads import letters
from orderhub.dossier.paper import INNER, MARGIN, WIDTH, Column, Paper
from orderhub.dossier.telling import Making, Told
from orderhub.rendering import formats, times
from orderhub.rendering.catalogue import Words

_CODE = 118.0
_BESIDE = INNER - _CODE - 14


def printed(told: Told, making: Making, words: Words) -> bytes:
    """Return the file of a dossier."""
    paper = Paper()
    _front(paper, told, making, words)
    _lines(paper, told, words)
    _parcels(paper, told, words)
    _proof(paper, told, making, words)
    _timeline(paper, told, words)
    title = f"{words.text('dossier.title')} {told.number}"

    def foot(number: int, of: int) -> str:
        return f"{title} · {times.stamp(making.made_at)} · {words.text('dossier.page', n=number, of=of)}"

    return paper.bytes(title=title, lang=words.lang, made_at=making.made_at, foot=foot)


def _front(paper: Paper, told: Told, making: Making, words: Words) -> None:
    top = paper.y
    paper.code(making.address, x=WIDTH - MARGIN - _CODE, y=top, side=_CODE)
    paper.text(words.text("dossier.title"), size=22, column=_BESIDE)
    paper.skip(6)
    by = f"{making.name} ({words.text(f'role.{making.role}')})"
    facts = {
        "number": told.number,
        "shop": told.shop,
        "stage": words.text(f"stage.order.{told.stage}"),
        "placed_at": times.stamp(told.placed_at),
        "made_at": times.stamp(making.made_at),
        "made_by": by,
        "zone": str(times.zone()),
    }
    rows = [(words.text(f"dossier.fact.{name}"), value) for name, value in facts.items()]
    paper.facts(rows, column=_BESIDE)
    paper.y = max(paper.y, top + _CODE) + 4
    paper.text(words.text("dossier.scan"), size=8, tone="grey")
    if not told.holds:
        paper.skip(4)
        paper.text(words.text("dossier.broken"), size=11, tone="bad")


def _lines(paper: Paper, told: Told, words: Words) -> None:
    def money(amount: int) -> str:
        return formats.money(amount, told.money.currency)

    paper.heading(words.text("order.lines"))
    columns = [
        Column(words.text("dossier.column.goods"), INNER - 190),
        Column(words.text("dossier.column.sku"), 70),
        Column(words.text("dossier.column.pieces"), 40, True),
        Column(words.text("dossier.column.amount"), 80, True),
    ]
    rows = [(line.name, line.sku, str(line.ordered), money(line.amount_minor)) for line in told.lines]
    paper.table(columns, rows)
    bill = [(f"amount.{row.name}", row.amount_minor) for row in (*told.money.rows, told.money.due)]
    bill += [("field.paid_minor", told.paid_minor), ("field.refunded_minor", told.refunded_minor)]
    paper.facts([(words.text(name), money(amount)) for name, amount in bill])


def _parcels(paper: Paper, told: Told, words: Words) -> None:
    paper.heading(words.text("order.parcels"))
    if not told.parcels:
        paper.text(words.text("order.no_parcels"))
        return
    columns = [
        Column(words.text("dossier.column.parcel"), 140),
        Column(words.text("dossier.column.stage"), 100),
        Column(words.text("dossier.column.carrier"), 70),
        Column(words.text("dossier.column.waybill"), INNER - 350),
        Column(words.text("dossier.column.pieces"), 40, True),
    ]
    rows = [
        (
            parcel.number,
            words.text(f"stage.{parcel.kind}.{parcel.stage}"),
            parcel.carrier or "",
            parcel.waybill or "",
            str(parcel.pieces),
        )
        for parcel in told.parcels
    ]
    paper.table(columns, rows)


def _proof(paper: Paper, told: Told, making: Making, words: Words) -> None:
    paper.need(min(300, 120 + 34 * len(told.heads)))  # on one sheet, if it is not of many parcels
    paper.heading(words.text("dossier.proof"))
    paper.text(words.text("dossier.proof_means"), size=8, tone="grey")
    paper.skip(4)
    named = letters(told.heads)
    columns = [
        Column(words.text("dossier.column.chain"), 34),
        Column(words.text("dossier.column.of"), 120),
        Column(words.text("dossier.column.entries"), 40, True),
        Column(words.text("dossier.column.digest"), INNER - 194),
    ]
    rows = [
        (named[head.stream], head.number, str(head.seq), formats.groups(head.digest)) for head in told.heads
    ]
    paper.table(columns, rows)
    facts = [("stream", f"{named[head.stream]}  {head.stream}") for head in told.heads]
    facts += [("anchor", anchored(told, words)), ("check", making.address)]
    paper.facts([(words.text(f"dossier.fact.{name}"), value) for name, value in facts])


def anchored(told: Told, words: Words) -> str:
    """Say which anchor covers a dossier, or that none does yet."""
    covers = told.covered.covers
    if all(head.stream in covers for head in told.heads):
        newest = max(covers.values(), key=lambda cover: cover.number)
        return words.text("dossier.anchored", number=newest.number, when=times.stamp(newest.taken_at))
    if told.next_anchor_at is None:
        return words.text("dossier.no_anchors")
    return words.text("dossier.not_anchored", when=times.stamp(told.next_anchor_at))


def _timeline(paper: Paper, told: Told, words: Words) -> None:
    paper.heading(words.text("dossier.timeline"))
    columns = [
        Column(words.text("dossier.column.entry"), 30),
        Column(words.text("order.when"), 92),
        Column(words.text("order.who"), 76),
        Column(words.text("order.what"), 100),
        Column(words.text("order.changed"), INNER - 298),
    ]
    rows = [
        (entry.name, times.stamp(entry.at), entry.who, entry.what, _said(entry, words))
        for entry in told.entries
    ]
    paper.table(columns, rows)


def _said(entry: Entry, words: Words) -> str:
    told = words.text("list.semicolon").join(entry.changes)
    because = words.text("dossier.because", why=entry.why) if entry.why else ""
    return " ".join(filter(None, (told, because)))
