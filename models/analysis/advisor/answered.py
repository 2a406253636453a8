"""Reasons for and against the styles that bring an answer: synchronous and asynchronous request-response."""

from __future__ import annotations

from models.analysis.advisor.case import RELIABLE
from models.analysis.advisor.reason import Reason
from models.architecture.text import QT_TRANSLATE_NOOP

SYNC = (
    Reason(
        "sync-in-process",
        "sync",
        "for",
        3,
        "S1",
        QT_TRANSLATE_NOOP(
            "advisor",
            "{source} and {target} are deployed together: a call stays in one process, costs next to nothing, and both "
            "are up or down together.",
        ),
        lambda case: case.in_process,
    ),
    Reason(
        "sync-result-soon",
        "sync",
        "for",
        3,
        "S4",
        QT_TRANSLATE_NOOP("advisor", "{source} needs the result, and {target} answers within {answer}."),
        lambda case: case.yes("result_needed") and case.quick and case.may_wait,
    ),
    Reason(
        "sync-result",
        "sync",
        "for",
        2,
        "S4",
        QT_TRANSLATE_NOOP("advisor", "{source} needs the result of {target} before it can go on."),
        lambda case: case.yes("result_needed") and case.may_wait and not (case.quick or case.long or case.too_late),
    ),
    Reason(
        "sync-tells-failure",
        "sync",
        "for",
        1,
        "S4",
        QT_TRANSLATE_NOOP("advisor", "A failed call tells {source} at once, so it can retry or compensate."),
        lambda case: case.yes("failure_handled") and case.may_wait,
    ),
    Reason(
        "sync-fallback",
        "sync",
        "for",
        2,
        "S4",
        QT_TRANSLATE_NOOP(
            "advisor", "Somebody has chosen what {source} does while {target} is down: the link has a fallback."
        ),
        lambda case: case.yes("target_may_be_down") and case.fallback and case.may_wait,
    ),
    Reason(
        "sync-familiar",
        "sync",
        "for",
        1,
        "S4",
        QT_TRANSLATE_NOOP("advisor", "No broker is in use here, and a plain call to {target} is familiar to everyone."),
        lambda case: case.no("messaging_in_use"),
    ),
    Reason(
        "sync-needless-wait",
        "sync",
        "against",
        2,
        "S4",
        QT_TRANSLATE_NOOP("advisor", "{source} would wait for a result that it does not need."),
        lambda case: case.no("result_needed"),
    ),
    Reason(
        "sync-must-not-wait",
        "sync",
        "against",
        3,
        "S4",
        QT_TRANSLATE_NOOP("advisor", "{source} must go on at once, and a synchronous call blocks it."),
        lambda case: case.yes("must_not_wait"),
    ),
    Reason(
        "sync-long-work",
        "sync",
        "against",
        3,
        "S4",
        QT_TRANSLATE_NOOP(
            "advisor", "{target} takes up to {answer}, and {source} holds a connection and stands still throughout."
        ),
        lambda case: case.long,
    ),
    Reason(
        "sync-too-late",
        "sync",
        "against",
        2,
        "S4",
        QT_TRANSLATE_NOOP("advisor", "{target} takes up to {answer}, and {source} may wait {patience} at most."),
        lambda case: case.too_late,
    ),
    Reason(
        "sync-coupled-in-time",
        "sync",
        "against",
        3,
        "S4",
        QT_TRANSLATE_NOOP(
            "advisor",
            "Both must be up at the same moment: while {target} is down, {source} can only retry, buffer or give up.",
        ),
        lambda case: case.yes("target_may_be_down") and not case.in_process,
    ),
    Reason(
        "sync-fails-along",
        "sync",
        "against",
        1,
        "S4",
        QT_TRANSLATE_NOOP(
            "advisor", "{target} is up {up} of the time: {source} would fail with it for {down} in 30 days."
        ),
        lambda case: (up := case.number("availability")) is not None and up < RELIABLE and not case.in_process,
    ),
    Reason(
        "sync-reply-lost",
        "sync",
        "against",
        1,
        "S4",
        QT_TRANSLATE_NOOP(
            "advisor",
            "The response comes back on the same connection, and is lost when the instance of {source} that asked "
            "goes away.",
        ),
        lambda case: case.yes("source_restarts") and not case.no("result_needed") and not case.quick,
    ),
    Reason(
        "sync-bursts",
        "sync",
        "against",
        1,
        "S7",
        QT_TRANSLATE_NOOP("advisor", "Nothing buffers a burst: when {target} is full, {source} waits or fails too."),
        lambda case: case.yes("bursts"),
    ),
    Reason(
        "sync-one-by-one",
        "sync",
        "against",
        2,
        "S8",
        QT_TRANSLATE_NOOP("advisor", "{source} would have to know {consumers} consumers and call each of them."),
        lambda case: case.several,
    ),
    Reason(
        "sync-bulk",
        "sync",
        "against",
        2,
        "S6",
        QT_TRANSLATE_NOOP("advisor", "That is much for calls from {source} to {target}: {volume}."),
        lambda case: case.bulk,
    ),
)
ASYNC_REQUEST = (
    Reason(
        "request-long-work",
        "async_request",
        "for",
        3,
        "S5",
        QT_TRANSLATE_NOOP(
            "advisor",
            "{source} needs the result, which takes up to {answer}: the reply may come when it is ready, and tell of "
            "progress meanwhile.",
        ),
        lambda case: case.yes("result_needed") and (case.long or case.too_late),
    ),
    Reason(
        "request-goes-on",
        "async_request",
        "for",
        3,
        "S7",
        QT_TRANSLATE_NOOP("advisor", "{source} needs the result, yet goes on with other work until the reply comes."),
        lambda case: case.yes("result_needed") and case.yes("must_not_wait"),
    ),
    Reason(
        "request-kept",
        "async_request",
        "for",
        2,
        "S5",
        QT_TRANSLATE_NOOP("advisor", "While {target} is down, requests wait for it in a queue; nobody fails with it."),
        lambda case: case.yes("target_may_be_down") and not case.no("result_needed"),
    ),
    Reason(
        "request-buffers",
        "async_request",
        "for",
        1,
        "S7",
        QT_TRANSLATE_NOOP("advisor", "The request queue buffers bursts until {target} catches up."),
        lambda case: case.yes("bursts") and not case.no("result_needed"),
    ),
    Reason(
        "request-tells-failure",
        "async_request",
        "for",
        1,
        "S7",
        QT_TRANSLATE_NOOP("advisor", "The reply can tell of a failure, so {source} can compensate."),
        lambda case: case.yes("failure_handled"),
    ),
    Reason(
        "request-any-instance",
        "async_request",
        "for",
        1,
        "S7",
        QT_TRANSLATE_NOOP(
            "advisor", "Any instance of {source} can take the reply, when the state of the request is stored."
        ),
        lambda case: case.yes("source_restarts") and case.yes("result_needed"),
    ),
    Reason(
        "request-correlation",
        "async_request",
        "against",
        1,
        "S7",
        QT_TRANSLATE_NOOP(
            "advisor",
            "{source} must correlate each reply with its request, store the state of the request, and set a timeout.",
        ),
        lambda case: case.yes("result_needed"),
    ),
    Reason(
        "request-no-reply-needed",
        "async_request",
        "against",
        2,
        "S7",
        QT_TRANSLATE_NOOP("advisor", "{source} needs no reply: reply queue and correlation would serve nobody."),
        lambda case: case.no("result_needed"),
    ),
    Reason(
        "request-detour",
        "async_request",
        "against",
        1,
        "S5",
        QT_TRANSLATE_NOOP("advisor", "Two queues are a detour to {target}, whose answer takes {answer}."),
        lambda case: case.yes("result_needed") and case.quick and case.may_wait,
    ),
    Reason(
        "request-one-receiver",
        "async_request",
        "against",
        2,
        "S8",
        QT_TRANSLATE_NOOP(
            "advisor", "A request from {source} goes to one receiver, and there are {consumers} consumers."
        ),
        lambda case: case.several,
    ),
    Reason(
        "request-bulk",
        "async_request",
        "against",
        2,
        "S6",
        QT_TRANSLATE_NOOP("advisor", "That is much for messages from {source} to {target}: {volume}."),
        lambda case: case.bulk,
    ),
    Reason(
        "request-unfamiliar",
        "async_request",
        "against",
        1,
        "S5",
        QT_TRANSLATE_NOOP(
            "advisor", "No broker is in use between {source} and {target}: there is much to choose, run and learn."
        ),
        lambda case: case.no("messaging_in_use"),
    ),
)
