"""Which technology can carry which style of communication: pick the style first, then the technology (S2)."""

from __future__ import annotations

import math
import re
from functools import lru_cache

_CALLS = "http https rest grpc graphql soap thrift"
_PUSHES = "webhook webhooks sse websocket websockets wss|web hook|web socket|web sockets|server sent events|grpc stream"
_BROKERS = (
    "kafka rabbitmq amqp sqs sns nats pulsar kinesis activemq mqtt jms"
    "|redis streams|redis stream|redis pub/sub|redis pubsub|oracle aq|dynamodb streams|change streams|s3 events"
    "|listen/notify"
)
_STORES = (
    "file files ftp sftp s3 nfs smb hdfs minio sql database databases jdbc odbc "
    "postgres postgresql mysql mariadb oracle mssql aurora sqlite db2 "
    "sybase firebird cockroachdb spanner tidb yugabytedb vitess redshift snowflake bigquery clickhouse teradata "
    "mongodb documentdb couchdb couchbase ravendb firestore cosmosdb dynamodb cassandra scylladb hbase bigtable "
    "redis valkey memcached etcd rocksdb neo4j arangodb neptune elasticsearch opensearch solr influxdb "
    "timescaledb|sql server|mongo db|cosmos db|google spanner|influx db|oracle db"
)


def _names(words: str) -> list[str]:
    spoken = words.split("|")
    return spoken[0].split() + spoken[1:]


CARRIES: dict[str, frozenset[str]] = {
    **{name: frozenset({"sync", "callback"}) for name in _names(_CALLS)},
    **{name: frozenset({"sync", "event"}) for name in _names(_PUSHES)},
    **{name: frozenset({"async", "callback", "event"}) for name in _names(_BROKERS)},
    **{name: frozenset({"shared_data"}) for name in _names(_STORES)},
}
"""Technology in small letters -> styles it can carry; "callback" is asynchronous request-response by callback."""
KNOWN_BYTES: dict[str, float] = {"kafka": 1_048_588.0, "rabbitmq": 16.0 * 1024 * 1024}
"""Limits in force when nobody sets one: Kafka's message.max.bytes, RabbitMQ's max_message_size."""
MOST_BYTES: dict[str, float] = {"rabbitmq": 512.0 * 1024 * 1024}
"""What a technology takes at most, whatever is set."""
_KNOWN = re.compile(
    r"(?<![a-z0-9])("
    + "|".join(re.escape(name) for name in sorted(CARRIES, key=lambda n: (-len(n), n)))
    + r")(?![a-z])"
)
_STREAMING = re.compile(r"\bgrpc\b.*?\bstream(s|ing)?\b|\bstreaming grpc\b")


@lru_cache(maxsize=1024)
def carried_by(technology: str) -> frozenset[str]:
    """The styles that any known technology in the words can carry; empty when none is known.

    Hyphens and underscores are spaces: "gRPC-stream" is "grpc stream", and so is "gRPC server streaming".
    """
    return frozenset[str]().union(*(CARRIES[name] for name in _KNOWN.findall(_spoken(technology))))


def _spoken(words: str) -> str:
    spoken = " ".join(re.sub(r"[-_]", " ", words.lower()).split())
    return _STREAMING.sub("grpc stream", spoken)


def most_bytes(technology: str) -> float | None:
    """The largest message that any known technology in the words takes when nobody sets a limit."""
    return min((KNOWN_BYTES[name] for name in names_in(technology) if name in KNOWN_BYTES), default=None)


def never_above(technology: str) -> float:
    """The largest message that every known technology in the words takes, whatever limit is set."""
    return min((MOST_BYTES[name] for name in names_in(technology) if name in MOST_BYTES), default=math.inf)


def names_in(technology: str) -> frozenset[str]:
    """The known technologies in the words, in small letters."""
    return frozenset(_KNOWN.findall(_spoken(technology)))
