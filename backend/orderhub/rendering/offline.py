"""What a phone may keep of a page for a moment without network: told to the service worker, in a field of its own.

Ordinary caches are told ``no-store``, so the Back button shows nothing after a sign-out (OWASP ASVS 14.3.2). The worker
obeys ``Worker-Cache-Control`` in its place, as RFC 9213 (Targeted HTTP Cache Control) provides, and keeps pages of one
owner at a time. Keep in step with sw/permission.ts.
"""

from orderhub.kernel.actors import Actor
from orderhub.kernel.secrets import keyed_digest

# A shift: what was read in the morning may be read in the afternoon, and nobody finds it on the next day.
KEPT_SECONDS = 12 * 3600


def permission(actor: Actor) -> dict[str, str]:
    """Return the header fields that let the worker keep a page of this person."""
    return {
        "Worker-Cache-Control": f"private, max-age={KEPT_SECONDS}",
        "Worker-Cache-Owner": _owner(actor),
    }


def _owner(actor: Actor) -> str:
    """Name a person and their rights: pages that were kept under other rights go when a new one comes."""
    reach = [sorted(places) if places is not None else None for places in (actor.shops, actor.warehouses)]
    told = repr((actor.id, sorted(actor.roles), reach))
    return keyed_digest("offline pages", told).hex()[:32]
