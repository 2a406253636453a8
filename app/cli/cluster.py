"""The cluster that `--cluster` names, as an executor: the only place that connects to anything, and only when asked."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import re
import socket
from collections.abc import Iterator
from concurrent.futures import Executor

from app.cli.failure import CommandError
from app.cli.words import translate

PATIENCE_S = 10
TRIES = 3
"""How often work is done again whose worker was lost."""
_ADDRESS = re.compile(r"(?:tcp|tls)://[^\s/:@]+:\d{1,5}|(?:tcp|tls)://\[[0-9A-Fa-f:]+\]:\d{1,5}")


@contextlib.contextmanager
def work_of(address: str | None) -> Iterator[Executor | None]:
    """An executor that works on the Dask cluster at `address`; None, for this machine, without one.

    Raises:
        CommandError: no address, nobody there, nobody at work there, or Dask is not installed.
    """
    if address is None:
        yield None
        return
    if not _ADDRESS.fullmatch(address):
        text = translate("cli", '"{address}" is no address of a cluster; write it like tcp://127.0.0.1:8786.')
        raise CommandError(text.format(address=address))
    if importlib.util.find_spec("distributed") is None:
        text = translate("cli", 'Dask is not installed, so --cluster cannot be used: pip install "loadpath[cluster]".')
        raise CommandError(text)
    _expect_somebody(address)
    distributed = importlib.import_module("distributed")
    try:
        client = distributed.Client(address, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        text = translate("cli", "What answers at {address} is no Dask cluster ({reason}): check the address.")
        raise CommandError(text.format(address=address, reason=type(error).__name__)) from error
    try:
        try:
            client.wait_for_workers(1, timeout=PATIENCE_S)
        except TimeoutError as error:
            text = translate("cli", "The cluster at {address} has no workers: start some and try again.")
            raise CommandError(text.format(address=address)) from error
        yield client.get_executor(retries=TRIES)
    finally:
        client.close(timeout=PATIENCE_S)


def _expect_somebody(address: str) -> None:
    """A quick look before Dask begins its patient attempts."""
    host, _, port = address.partition("://")[2].rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_S).close()
    except (OSError, OverflowError, ValueError) as error:
        text = translate("cli", "Nobody answers at {address} ({reason}): start the cluster or check the address.")
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise CommandError(text.format(address=address, reason=reason.lower())) from error
