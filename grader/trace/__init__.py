"""The trace: everything observable of one run, in one order. Values only; reads and writes JSON lines.

An event says what happened and nothing about whether it was right. `seq` orders all events of a run
totally (one event loop writes them); `at_s` is there to be drawn and is never judged.
"""

from grader.trace.events import (
    AnswerSent,
    AnyEvent,
    Event,
    GatePassed,
    Json,
    NamesRead,
    OutputWritten,
    PieceSent,
    ProcessExited,
    RequestReceived,
    StreamEnded,
    StreamStarted,
    ValueReturned,
)
from grader.trace.exchanges import COUNT_TOKENS, MESSAGES, Exchange, Usage
from grader.trace.lines import SCHEMA, TraceError, dump, load
from grader.trace.run import Trace

__all__ = [
    "COUNT_TOKENS",
    "MESSAGES",
    "SCHEMA",
    "AnswerSent",
    "AnyEvent",
    "Event",
    "Exchange",
    "GatePassed",
    "Json",
    "NamesRead",
    "OutputWritten",
    "PieceSent",
    "ProcessExited",
    "RequestReceived",
    "StreamEnded",
    "StreamStarted",
    "Trace",
    "TraceError",
    "Usage",
    "ValueReturned",
    "dump",
    "load",
]
