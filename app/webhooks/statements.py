"""Set-wise SQL of the lanes."""

from __future__ import annotations

from typing import Final

NEW_EVENTS: Final = """
    SELECT endpoint.id AS endpoint_id, endpoint.event_types, event.*
    FROM (SELECT id, partner_site_id, event_types, cursor_seq FROM webhook_endpoints
          WHERE status = 'active' AND cursor_seq < :until AND EXISTS (
              SELECT 1 FROM events WHERE partner_site_id = webhook_endpoints.partner_site_id
              AND seq > webhook_endpoints.cursor_seq AND seq <= :until
              UNION ALL
              SELECT 1 FROM events WHERE partner_site_id IS NULL
              AND seq > webhook_endpoints.cursor_seq AND seq <= :until)
          ORDER BY cursor_seq LIMIT :endpoints FOR NO KEY UPDATE SKIP LOCKED) AS endpoint
    CROSS JOIN LATERAL (
        SELECT * FROM (
            (SELECT * FROM events WHERE partner_site_id = endpoint.partner_site_id AND seq > endpoint.cursor_seq
             AND seq <= :until ORDER BY seq LIMIT :events)
            UNION ALL
            (SELECT * FROM events WHERE partner_site_id IS NULL AND seq > endpoint.cursor_seq
             AND seq <= :until ORDER BY seq LIMIT :events)) AS found
        ORDER BY seq LIMIT :events) AS event
    ORDER BY event.seq
"""
"""What active endpoints have not read yet, below the mark under which nothing can be added any more."""

MOVE_CURSORS: Final = """
    UPDATE webhook_endpoints SET cursor_seq = moved.seq
    FROM unnest(CAST(:ids AS uuid[]), CAST(:seqs AS bigint[])) AS moved (id, seq)
    WHERE webhook_endpoints.id = moved.id
"""

_READY: Final = """
    delivery.state = 'pending' AND delivery.not_before <= :at
    AND (delivery.leased_until IS NULL OR delivery.leased_until <= :at)
    AND NOT EXISTS (
        SELECT 1 FROM webhook_deliveries AS earlier
        WHERE earlier.endpoint_id = delivery.endpoint_id AND earlier.subject = delivery.subject
        AND earlier.state = 'pending' AND earlier.seq < delivery.seq)
"""

DUE_LANES: Final = f"""
    SELECT endpoint.id, endpoint.failures > 0 OR endpoint.last_duration_ms > :slow AS is_slow, tested.has_test
    FROM webhook_endpoints AS endpoint
    CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM webhook_deliveries AS delivery
        WHERE delivery.endpoint_id = endpoint.id AND delivery.type = :test AND {_READY}) AS has_test) AS tested
    WHERE endpoint.status = 'active' AND (tested.has_test OR (
        (endpoint.rests_until IS NULL OR endpoint.rests_until <= :at)
        AND EXISTS (SELECT 1 FROM webhook_deliveries AS delivery
                    WHERE delivery.endpoint_id = endpoint.id AND {_READY})))
    ORDER BY tested.has_test DESC, endpoint.last_attempt_at NULLS FIRST LIMIT :limit
"""
"""What somebody watches, a test, waits for no rest of its lane and for no other lane."""

_LANE: Final = """
    endpoint.id, endpoint.url, endpoint.status, endpoint.failures, endpoint.last_duration_ms, endpoint.rests_until,
    endpoint.secret_generation, endpoint.previous_valid_until, clock_timestamp() AS at
"""

LOCK_LANE: Final = f"SELECT {_LANE} FROM webhook_endpoints AS endpoint WHERE id = :endpoint FOR NO KEY UPDATE"

CLAIM: Final = f"""
    WITH next AS (
        SELECT delivery.id, delivery.attempts + 1 AS attempt FROM webhook_deliveries AS delivery
        WHERE delivery.endpoint_id = :endpoint AND {_READY}
        AND (delivery.type = :test OR (NOT :rests AND (
            SELECT count(*) FROM webhook_deliveries
            WHERE endpoint_id = :endpoint AND state = 'pending' AND leased_until > :at) < :breadth))
        ORDER BY delivery.type = :test DESC, delivery.not_before, delivery.seq LIMIT 1
    ), tried AS (
        UPDATE webhook_endpoints SET last_attempt_at = :at FROM next WHERE webhook_endpoints.id = :endpoint
    )
    UPDATE webhook_deliveries AS delivery
    SET lease = :lease, leased_until = :until, attempts = next.attempt,
        not_before = (CAST(:again AS timestamptz[]))[least(next.attempt, cardinality(CAST(:again AS timestamptz[])))]
    FROM next WHERE delivery.id = next.id
    RETURNING delivery.id, delivery.attempts, delivery.body, delivery.event_id
"""
"""The oldest due delivery that waits for no earlier one about its subject, lent; a test before all, for it says how the
endpoint does now, whatever waits or is under way. The endpoint is locked already, by a
statement of its own: one statement would count requests under way as they were before it waited for the lock."""

DELIVERED: Final = f"""
    WITH lane AS MATERIALIZED (
        SELECT id FROM webhook_endpoints WHERE id = :endpoint FOR NO KEY UPDATE
    ), done AS (
        UPDATE webhook_deliveries AS delivery
        SET state = 'delivered', finished_at = clock_timestamp(), lease = NULL, leased_until = NULL
        FROM lane
        WHERE delivery.id = :delivery AND delivery.endpoint_id = lane.id AND state = 'pending' AND lease = :lease
        RETURNING delivery.id, delivery.endpoint_id
    ), tried AS (
        INSERT INTO webhook_attempts (id, delivery_id, started_at, duration_ms, status, error, answer)
        SELECT CAST(:attempt AS uuid), done.id, CAST(:started_at AS timestamptz), CAST(:ms AS integer),
               CAST(:status AS integer), '', CAST(:answer AS text)
        FROM done
    )
    UPDATE webhook_endpoints AS endpoint
    SET last_duration_ms = :ms, failures = 0, failing_since = NULL, rests_until = NULL
    FROM done WHERE endpoint.id = done.endpoint_id
    RETURNING {_LANE}
"""
"""How a try ended that nearly all do: nothing, if the delivery is no longer lent to this one. The lane is locked first,
as by whoever claims, and comes back as it is now."""

FORGET: Final = """
    WITH old AS (SELECT id FROM webhook_deliveries WHERE state <> 'pending' AND finished_at < :before
                 ORDER BY finished_at LIMIT :limit FOR UPDATE SKIP LOCKED),
         tries AS (DELETE FROM webhook_attempts USING old WHERE delivery_id = old.id),
         gone AS (DELETE FROM webhook_deliveries USING old WHERE webhook_deliveries.id = old.id RETURNING 1)
    SELECT count(*) FROM gone
"""
