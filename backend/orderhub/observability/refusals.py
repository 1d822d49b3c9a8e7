"""Refusals: how often each reason was given, by its noun. Whoever tells somebody of a refusal counts it here."""

from orderhub.observability.meters import Counter

REFUSED = Counter("orderhub_refusals_total", "refusals told to somebody, by their noun", "reason")
