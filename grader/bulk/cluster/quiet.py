"""Keeps Dask's own words off the terminal. What a user must know, the batch says."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_LOUD = ("distributed", "tornado", "bokeh", "asyncio")


@contextmanager
def quiet() -> Iterator[None]:
    """Silence the loggers and the warnings of Dask and what it stands on."""
    import distributed  # noqa: F401  # its import sets handlers

    found = [logging.getLogger(name) for name in logging.root.manager.loggerDict if name.partition(".")[0] in _LOUD]
    found += [logging.getLogger(name) for name in _LOUD]
    before = [(logger, logger.handlers, logger.propagate) for logger in found]
    for logger in found:
        logger.handlers, logger.propagate = [logging.NullHandler()], False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, handlers, propagate in before:
            logger.handlers, logger.propagate = handlers, propagate
