"""How a stage looks: its tone (who holds it), its icon; its words are in the catalogue."""

import msgspec

from orderhub.kernel import flows


class Look(msgspec.Struct, frozen=True):
    """A tone class without its ``t-`` and the name of an icon."""

    tone: str
    icon: str


def look(kind: str, stage: str) -> Look:
    """Return the look of a stage of a kind, as its flow declares it."""
    found = flows.flow(kind).stage(stage)
    return Look(found.tone, found.icon)
