"""Refusals: how often each reason was given, by its noun. Whoever tells somebody of a refusal counts it here."""

from orderhub.observability.meters import Counter

REFUSED = Counter("orderhub_refusals_total", "refusals told to somebody, by their noun", "reason")

# Alerts look at these: told from the start, so that the first one is a rise and not a beginning.
for _reason in ("queue_full", "fault", "unavailable"):
    REFUSED.counts[(_reason,)] = 0.0
