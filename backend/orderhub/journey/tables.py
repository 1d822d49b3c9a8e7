"""The tables of the journey, for simple reads; kept with their orders."""

from piccolo.columns import UUID, Integer, Text, Timestamptz
from piccolo.table import Table


class JourneyLinks(Table, tablename="journey_links"):
    """What differs from a new link: how often it was replaced, how often the buyer has hurried us. No row: never."""

    order_id = UUID(primary_key=True)
    generation = Integer()
    hurries = Integer()
    hurried_at = Timestamptz(null=True)


class JourneyDelays(Table, tablename="journey_delays"):
    """Why something stands longer than it should, and until when; it holds for this one visit."""

    visit_id = UUID(primary_key=True)
    subject_id = UUID()
    reason = Text()
    expected_at = Timestamptz()
    told_at = Timestamptz()
