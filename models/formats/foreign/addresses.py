"""Addresses in settings and command lines: where something connects to, and what the address says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.formats.foreign.images import product_by_scheme

MAX_TEXT = 20_000
"""Longer values are cut: an address does not hide behind so much text."""
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?){0,12}"
_URL = re.compile(
    r"(?<![A-Za-z0-9+.-])(?P<scheme>(?:jdbc:)?[A-Za-z][A-Za-z0-9+.-]{0,30}):(?://|@//?)"
    r"(?:[^\s/@\"'<>]{0,300}@)?"
    rf"(?P<hosts>{_HOST}(?::\d{{1,5}})?(?:,{_HOST}(?::\d{{1,5}})?){{0,20}})"
    r"(?P<path>/[^\s?#\"'<>;,]{0,300})?(?P<rest>[;?][^\s\"'<>]{0,500})?"
)
_HOST_PORT = re.compile(rf"(?<![A-Za-z0-9_./:@$-])(?P<host>{_HOST}):(?P<port>\d{{2,5}})(?![\d.:A-Za-z])")
_BARE = re.compile(rf"^\s*(?P<host>{_HOST})\s*$")
_SERVER_FIELD = re.compile(rf"(?:^|;)\s*(?:Server|Data Source|Host)\s*=\s*(?P<host>{_HOST})", re.IGNORECASE)
_DATABASE_FIELD = re.compile(r"(?:^|[;?&])\s*(?:Database|Initial Catalog|databaseName|dbname)\s*=\s*([^;&\s]+)", re.I)
_ADDRESS_NAME = re.compile(
    r"(ADDR|ADDRESS|HOST|HOSTNAME|URL|URI|ENDPOINT|SERVER|SERVERS|SERVICE|BROKER|BROKERS|UPSTREAM|BACKEND|DSN|"
    r"CONNECTION|CONNECTIONSTRING|BOOTSTRAP)S?(_|$)|(_|^)(TO|FOR)$",
    re.IGNORECASE,
)
_HERE = {"localhost", "127.0.0.1", "0.0.0.0", "::1", "example.com", "host.docker.internal"}


@dataclass(frozen=True, slots=True)
class Address:
    """A place that a text names. `dataset` is the database in a connection string."""

    host: str
    port: int | None = None
    scheme: str | None = None
    dataset: str | None = None

    @property
    def certain(self) -> bool:
        """Whether the text can hardly be anything but an address."""
        return self.scheme is not None or self.port is not None


def is_address_name(variable: str) -> bool:
    """Whether a variable with this name holds an address.

    >>> [is_address_name(name) for name in ("CART_SERVICE_ADDR", "DB_HOST", "PORT", "LOG_LEVEL", "ordersUrl")]
    [True, True, False, False, True]
    """
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", variable).replace(".", "_").replace("-", "_")
    return _ADDRESS_NAME.search(snake) is not None


def addresses(text: str) -> Iterator[Address]:
    """Every address in a text, each once, in order: URLs, connection strings, host:port pairs, a lone host name.

    >>> [(a.host, a.port, a.dataset) for a in addresses("jdbc:postgresql://ledger-db:5432/ledger?ssl=true")]
    [('ledger-db', 5432, 'ledger')]
    >>> [a.host for a in addresses("kafka-0:9092,kafka-1:9092")], [a.host for a in addresses("orders")]
    (['kafka-0', 'kafka-1'], ['orders'])
    """
    text = text[:MAX_TEXT]
    seen: set[Address] = set()
    for found in _all(text):
        if found.host.lower() not in _HERE and found not in seen:
            seen.add(found)
            yield found


def _all(text: str) -> Iterator[Address]:
    covered: list[tuple[int, int]] = []
    for match in _URL.finditer(text):
        covered.append(match.span())
        scheme = match["scheme"].lower().removeprefix("jdbc:").split(":")[0]
        dataset = _dataset(scheme, match["path"], match["rest"])
        for pair in match["hosts"].split(","):
            host, _, port = pair.partition(":")
            yield Address(host.lower(), int(port) if port else None, scheme, dataset)
    for match in _HOST_PORT.finditer(text):
        if any(start <= match.start() < end for start, end in covered) or match["host"].isdigit():
            continue
        yield Address(match["host"].lower(), int(match["port"]))
    if covered:
        return
    if (field := _SERVER_FIELD.search(text)) is not None:
        database = _DATABASE_FIELD.search(text)
        yield Address(field["host"].lower(), None, None, database[1] if database else None)
    elif (bare := _BARE.match(text)) is not None:
        yield Address(bare["host"].lower())


def _dataset(scheme: str, path: str | None, rest: str | None) -> str | None:
    product = product_by_scheme(scheme)
    if product is None or product.kind != "datastore":
        return None
    name = (path or "").strip("/").split("/")[0]
    if not name and rest:
        database = _DATABASE_FIELD.search(rest)
        name = database[1] if database else ""
    if product.name == "Redis":
        return f"database {name}" if name.isdigit() and name != "0" else None
    return name or None
