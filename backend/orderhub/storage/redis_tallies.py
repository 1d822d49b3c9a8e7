"""Tries counted in Redis, by all processes together: each place is a number that ends with its window."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from orderhub.accounts.tallies import Tally

logger = logging.getLogger(__name__)

# One script, so that a place that was counted always has an end, whoever is killed in between.
_ADD = """
local told = {}
for place, key in ipairs(KEYS) do
    local tries = redis.call('incr', key)
    if redis.call('pttl', key) < 0 then redis.call('pexpire', key, ARGV[1]) end
    told[place] = {tries, redis.call('pttl', key)}
end
return told
"""
_TAKE_BACK = """
for _, key in ipairs(KEYS) do
    if (tonumber(redis.call('get', key)) or 0) > 0 then redis.call('decr', key) end
end
"""
_REST_SECONDS = 2.0  # a Redis that did not answer is not asked for so long: nobody waits for it at the door


class RedisTallies:
    """Answers None, or does nothing, while Redis is away."""

    def __init__(self, redis: Redis, *, prefix: str) -> None:
        self._redis = redis
        self._prefix = f"{prefix}tries:"
        self._asked_again_at = 0.0

    async def add(self, places: Sequence[str], *, window: timedelta) -> list[Tally] | None:
        """Count one try at each place."""
        told = await self._run(_ADD, places, int(window.total_seconds() * 1000))
        if told is None:
            return None
        return [
            Tally(place=place, tries=tries, rest=timedelta(milliseconds=rest))
            for place, (tries, rest) in zip(places, told, strict=True)
        ]

    async def take_back(self, places: Sequence[str]) -> None:
        """Count one try less at each place."""
        await self._run(_TAKE_BACK, places)

    async def forget(self, places: Sequence[str]) -> None:
        """Begin to count anew at these places."""
        await self._run("redis.call('del', unpack(KEYS))", places)

    async def _run(self, script: str, places: Sequence[str], *arguments: int) -> Any:
        loop = asyncio.get_running_loop()
        if not places or loop.time() < self._asked_again_at:
            return None
        keys = [f"{self._prefix}{place}" for place in places]
        try:
            return await self._redis.eval(script, len(keys), *keys, *map(str, arguments))
        except (RedisError, OSError, TimeoutError) as error:
            self._asked_again_at = loop.time() + _REST_SECONDS
            logger.warning("Redis is away (%s); tries are counted without it", type(error).__name__)
            return None
