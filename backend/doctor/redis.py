"""Whether Redis keeps what it is told."""

from typing import Any

from redis import Redis, RedisError

from backend.doctor.findings import Finding, bad, good

KEEPS = "noeviction"


def find_redis(redis: Redis) -> Finding:
    try:
        memory: dict[str, Any] = redis.info("memory")
        persistence: dict[str, Any] = redis.info("persistence")
    except RedisError as trouble:
        return bad(f"Redis 连不上（{type(trouble).__name__}）；请检查 REDIS_URL。")
    policy = memory.get("maxmemory_policy", KEEPS)
    if policy != KEEPS:
        return bad(
            f"Redis 内存不足时会丢数据（{policy}），排队的工作可能消失；"
            f"请设 maxmemory-policy {KEEPS}。"
        )
    if not persistence.get("aof_enabled"):
        return good("Redis 正常；建议打开 appendonly，重启后不必重新排队。")
    return good("Redis 正常，不丢数据，写入有记录。")
