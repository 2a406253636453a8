"""What runs in a container, told by its image: stores and brokers with names known everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from models.architecture.elements import StoreKind


@dataclass(frozen=True, slots=True)
class Product:
    """A store or a broker. `schemes` begin its connection strings, `ports` are where it listens."""

    name: str
    kind: Literal["datastore", "queue", "topic"]
    images: tuple[str, ...]
    store: StoreKind | None = None
    schemes: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    variables: tuple[str, ...] = ()
    """Beginnings of environment variables that only the product's own container has."""


PRODUCTS = (
    Product(
        "PostgreSQL",
        "datastore",
        ("postgres", "postgresql", "postgresql-repmgr", "postgis", "timescaledb", "cockroach", "alloydbomni", "spilo"),
        "relational",
        ("postgres", "postgresql"),
        (5432,),
        ("POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_USER", "PGDATA"),
    ),
    Product(
        "MySQL",
        "datastore",
        ("mysql", "mysql-server", "percona", "percona-server"),
        "relational",
        ("mysql", "mysql2"),
        (3306,),
        ("MYSQL_ROOT_PASSWORD", "MYSQL_DATABASE", "MYSQL_ALLOW_EMPTY_PASSWORD"),
    ),
    Product(
        "MariaDB", "datastore", ("mariadb", "mariadb-galera"), "relational", ("mariadb",), (3306,), ("MARIADB_ROOT",)
    ),
    Product(
        "SQL Server",
        "datastore",
        ("mssql", "mssql-server", "mssql-server-linux", "azure-sql-edge"),
        "relational",
        ("sqlserver", "mssql"),
        (1433,),
        ("MSSQL_SA_PASSWORD", "SA_PASSWORD"),
    ),
    Product("Oracle", "datastore", ("oracle-xe", "oracle-free"), "relational", ("oracle",), (1521,)),
    Product(
        "MongoDB",
        "datastore",
        ("mongo", "mongodb", "mongodb-community-server", "mongodb-sharded"),
        "document",
        ("mongodb", "mongodb+srv"),
        (27017,),
        ("MONGO_INITDB_",),
    ),
    Product("CouchDB", "datastore", ("couchdb",), "document", ("couchdb",), (5984,)),
    Product("Couchbase", "datastore", ("couchbase",), "document", ("couchbase",), (8091,)),
    Product("Cassandra", "datastore", ("cassandra", "scylla", "dse-server"), "key_value", ("cassandra",), (9042,)),
    Product("DynamoDB", "datastore", ("dynamodb-local",), "key_value"),
    Product("etcd", "datastore", ("etcd",), "key_value", ("etcd",), (2379,)),
    Product("ZooKeeper", "datastore", ("zookeeper", "cp-zookeeper"), "key_value", ("zookeeper", "zk"), (2181,)),
    Product(
        "Redis",
        "datastore",
        ("redis", "redis-stack", "redis-stack-server", "redis-cluster", "valkey", "keydb", "dragonfly"),
        "cache",
        ("redis", "rediss"),
        (6379,),
    ),
    Product("Memcached", "datastore", ("memcached",), "cache", ("memcached",), (11211,)),
    Product(
        "Elasticsearch",
        "datastore",
        ("elasticsearch", "opensearch", "elasticsearch-oss"),
        "search",
        ("elasticsearch", "opensearch"),
        (9200,),
    ),
    Product("Solr", "datastore", ("solr",), "search", ("solr",), (8983,)),
    Product("Neo4j", "datastore", ("neo4j",), "document", ("neo4j", "bolt"), (7687,)),
    Product("InfluxDB", "datastore", ("influxdb",), "key_value", ("influxdb",), (8086,)),
    Product(
        "ClickHouse", "datastore", ("clickhouse", "clickhouse-server"), "data_warehouse", ("clickhouse",), (8123, 9000)
    ),
    Product("MinIO", "datastore", ("minio",), "object_store", ("s3",), (9000,), ("MINIO_ROOT_USER",)),
    Product("RabbitMQ", "queue", ("rabbitmq",), None, ("amqp", "amqps"), (5672,), ("RABBITMQ_DEFAULT_",)),
    Product("ActiveMQ", "queue", ("activemq", "activemq-classic", "activemq-artemis", "artemis"), None, (), (61616,)),
    Product(
        "Kafka",
        "topic",
        ("kafka", "cp-kafka", "cp-server", "redpanda", "kafka-native"),
        None,
        ("kafka",),
        (9092,),
        ("KAFKA_ADVERTISED_LISTENERS", "KAFKA_CFG_", "KAFKA_NODE_ID", "KAFKA_BROKER_ID"),
    ),
    Product("NATS", "topic", ("nats", "nats-streaming"), None, ("nats",), (4222,)),
    Product("Pulsar", "topic", ("pulsar", "pulsar-all"), None, ("pulsar",), (6650,)),
    Product("MQTT", "topic", ("eclipse-mosquitto", "mosquitto", "emqx", "hivemq4"), None, ("mqtt", "mqtts"), (1883,)),
)
_BY_IMAGE = {image: product for product in PRODUCTS for image in product.images}
_BY_SCHEME = {scheme: product for product in PRODUCTS for scheme in product.schemes}
_LOAD_GENERATOR = re.compile(
    r"(^|[-_./])(load-?(gen|generator|test|tester)|locust|k6|jmeter|gatling|artillery|vegeta)\b"
)
_SIDECARS = (
    "istio-proxy",
    "proxyv2",
    "envoy",
    "linkerd-proxy",
    "cloud-sql-proxy",
    "gce-proxy",
    "fluentd",
    "fluent-bit",
    "filebeat",
    "jaeger-agent",
    "opentelemetry-collector",
    "vault",
    "daprd",
)


def image_name(image: str) -> str:
    """The last part of an image's path, without tag and digest.

    >>> image_name("registry.example/bitnami/redis:7.2-alpine@sha256:0f0f"), image_name("mcr/mssql/server:2022")
    ('redis', 'mssql')
    """
    path = image.split("@", 1)[0]
    parts = path.split("/")
    parts[-1] = parts[-1].split(":", 1)[0]
    if parts[-1] in ("server", "database", "community", "enterprise") and len(parts) > 1:
        return parts[-2].lower()
    return parts[-1].lower()


def product_of(image: str) -> Product | None:
    """The store or broker that this image is, or None. An exporter or a console for one is none.

    >>> product_of("redis:alpine").name, product_of("oliver006/redis_exporter:v1")
    ('Redis', None)
    """
    return _BY_IMAGE.get(image_name(image))


def product_by_scheme(scheme: str) -> Product | None:
    """The store or broker whose connection strings begin with this scheme."""
    return _BY_SCHEME.get(scheme.lower())


def is_load_generator(name: str) -> bool:
    """Whether a workload or image with this name only makes requests, to try a system out.

    >>> is_load_generator("loadgenerator"), is_load_generator("payload-service")
    (True, False)
    """
    return _LOAD_GENERATOR.search(name.lower()) is not None


def is_sidecar(container: str, image: str) -> bool:
    """Whether a container only accompanies the one that does the work."""
    return container.lower() in _SIDECARS or image_name(image) in _SIDECARS
