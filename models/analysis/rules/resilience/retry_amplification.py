"""R05: retries of retries of retries."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure, listed
from models.analysis.fixes.retry_plans import BUDGET, KEPT, MOST_CALLS, amplified, apply_plan, planned
from models.analysis.graph.chains import Chain
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, Fault
from models.architecture.scenarios import Crash
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    seen: dict[tuple[str, ...], str] = {}
    in_circles = facts.in_circles
    for chain, product in amplified(facts):
        subject = chain.subject(facts)
        first = seen.setdefault(chain.heavy, f"R05:{subject}")
        circle = next((link for link in chain.path[1::2] if link in in_circles), None) if in_circles else None
        yield Flaw(
            subject=subject,
            severity="error",
            message=partial(_message, facts, chain.start, chain.path[-1], product),
            elements=_first_named(chain),
            links=chain.heavy,
            journey=chain.journey.id if chain.journey else None,
            path=chain.path,
            arithmetic=partial(_product, facts, chain, product),
            assumed=chain.assumed(facts),
            cause=_cause(facts, chain, circle, None if first == f"R05:{subject}" else first),
            fixes=partial(_fixes, facts, chain),
            about=(*chain.about, *chain.heavy),
        )


def _first_named(chain: Chain) -> tuple[str, ...]:
    """The first elements; only steps that someone drew may come by one twice."""
    if not chain.drawn:
        return chain.path[: 2 * MOST_NAMED : 2]
    found: dict[str, None] = {}
    for element in chain.path[::2]:
        found[element] = None
        if len(found) == MOST_NAMED:
            break
    return tuple(found)


def _message(facts: Facts, start: str, end: str, product: float) -> Text:
    template = _FOREVER if math.isinf(product) else _MESSAGE if product.is_integer() else _ON_AVERAGE
    return say("rules", template, start=facts.label(start), target=facts.label(end), count=figure(product))


def _cause(facts: Facts, chain: Chain, circle: str | None, first: str | None) -> str | None:
    """The circle it goes through, a retry without limit, or the first chain with the same retries."""
    if circle is not None:
        return f"T04:{facts.sync_components[facts.component_of[facts.architecture.link_by_id[circle].source]][0]}"
    if chain.journey is not None and math.isinf(chain.client_attempts):
        return f"R06:{facts.subject(chain.journey)}"
    unlimited = next((link_id for link_id in chain.heavy if math.isinf(facts.retried[link_id])), None)
    return first if unlimited is None else f"R06:{unlimited}"


def _factors(facts: Facts, chain: Chain) -> list[tuple[float, bool]]:
    """(attempts, whether they are the client's), from the top, those of one attempt left out."""
    factors = [(chain.client_attempts, True), *((facts.retried[link_id], False) for link_id in chain.heavy)]
    return [factor for factor in factors if factor[0] > 1]


def _product(facts: Facts, chain: Chain, product: float) -> Text:
    told = []
    for attempts, client in _factors(facts, chain):
        factor = _attempts(attempts)
        told.append(say("rules", _OF_CLIENT, attempts=factor) if client else factor)
    template = _PRODUCT_FOREVER if math.isinf(product) else _PRODUCT
    return say("rules", template, factors=listed(told, " x "), count=figure(product))


def _attempts(attempts: float) -> Text:
    """In words; a retry budget limits their average, which is no whole number."""
    if math.isinf(attempts):
        return say("rules", _UNLIMITED)
    return say("rules", _ATTEMPTS if attempts.is_integer() else _BUDGETED, count=figure(attempts))


def waits(facts: Facts) -> Iterator[Lack]:
    links = facts.architecture.link_by_id
    open_ended = [link_id for link_id, retry in facts.retries.items() if retry.max_attempts is None]
    yield "retry.max_attempts", [link_id for link_id in open_ended if links[link_id].style == "sync"]


def _fixes(facts: Facts, chain: Chain) -> tuple[Fix, ...]:
    """Plans are worked out when they are applied, unless it takes one to know whether there is any."""
    found = []
    one_layer, budgets = partial(planned, facts, chain, budget=False), partial(planned, facts, chain, budget=True)
    circles = any(link_id in facts.in_circles for link_id in chain.path[1::2])
    kept: list[str]
    if chain.drawn or facts.threshold("R05", "calls", *chain.about) < KEPT:
        plan = one_layer()
        kept = [] if plan is None else [one for one, attempts in plan.attempts.items() if attempts > 1 and one]
        certain = plan is not None
    else:
        kept = list(chain.heavy[-1:])
        certain = True
    if certain:
        title = say("rules", _ONE_LAYER, link=facts.label(kept[0])) if kept else say("rules", _NO_RETRIES)
        if circles:
            title = say("rules", _SOME_LAYER)
        found.append(Fix(title, "review", partial(apply_plan, one_layer, chain.journey, False, code="R05")))
    if _budgets_suffice(facts, chain) or (chain.drawn and budgets() is not None):
        found.append(
            Fix(say("rules", _BUDGETS), "review", partial(apply_plan, budgets, chain.journey, True, code="R05"))
        )
    return tuple(found)


def _budgets_suffice(facts: Facts, chain: Chain) -> bool:
    """Whether budgets on all retries of every chain below are surely enough."""
    layers = 1 + facts.once(_layers)[facts.component_of[chain.start]]
    return not chain.drawn and (1 + BUDGET) ** layers <= facts.threshold("R05", "calls", *chain.about)


def _layers(facts: Facts) -> list[int]:
    """For each component of synchronous calls: at most so many retried calls lie on one way below it, circles once."""
    found: list[int] = []
    for index, members in enumerate(facts.sync_components):
        below = [
            found[facts.component_of[link.target]] + (facts.attempts(link) > 1)
            for member in members
            for link in facts.sync_from[member]
            if facts.component_of[link.target] != index
        ]
        found.append(max(below, default=0) + len(members) - 1)
    return found


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The service at the end of the chain goes down for five seconds."""
    return (Crash(target=finding.path[-1], from_ms=30_000, until_ms=35_000, instances="all"),)


_MESSAGE = QT_TRANSLATE_NOOP("rules", "One request at {start} can become {count} calls of {target} when it fails.")
_ON_AVERAGE = QT_TRANSLATE_NOOP(
    "rules", "One request at {start} can become {count} calls of {target} on average when it fails."
)
_FOREVER = QT_TRANSLATE_NOOP(
    "rules", "One request at {start} can become calls of {target} without limit when it fails."
)
_ATTEMPTS = QT_TRANSLATE_NOOP("rules", "{count} attempts")
_BUDGETED = QT_TRANSLATE_NOOP("rules", "{count} attempts on average")
_UNLIMITED = QT_TRANSLATE_NOOP("rules", "unlimited attempts")
_OF_CLIENT = QT_TRANSLATE_NOOP("rules", "{attempts} of the client")
_PRODUCT = QT_TRANSLATE_NOOP("rules", "{factors} = {count} calls")
_PRODUCT_FOREVER = QT_TRANSLATE_NOOP("rules", "{factors} = no limit")
_ONE_LAYER = QT_TRANSLATE_NOOP("rules", "Retry at one layer only: {link}")
_SOME_LAYER = QT_TRANSLATE_NOOP("rules", "Retry at one layer only")
_NO_RETRIES = QT_TRANSLATE_NOOP("rules", "Let the client try three times at most")
_BUDGETS = QT_TRANSLATE_NOOP("rules", "Give every layer a retry budget of 10%")

RULE = Rule(
    code="R05",
    name="retry-amplification",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Retry amplification")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "The attempts of all layers along a chain of synchronous calls, the client's own included, multiply to "
            "more than eight calls at its end. A chain also starts at whoever takes a message or an event. A retry "
            "budget counts with what it allows on average; nothing is retried within a process. Where a chain goes "
            "through a circle of calls, they are at least as many as said: nobody is counted twice, and not every way "
            "round is tried.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "When the service at the end fails, it gets many times its load just when it can bear it least. It may "
            "never come back, though the cause has long gone: a metastable failure.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Shop, Order and Payment each try three times: the bank gets 27 calls for one request."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Retry at one layer only, nearest to what fails, and limit retries to a share of all calls (a retry "
            "budget of 10%). Every other layer passes the error on at once.",
        ),
    ),
    source="S9",
    check=check,
    thresholds={"calls": MOST_CALLS},
    rests_on=("style", "retry"),
    waits=waits,
    demonstrate=demonstrate,
    measures=("calls", "availability", "p99_ms"),
)
