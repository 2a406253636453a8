"""Random models for property tests: small, valid, with every kind, style and part the schema knows.

The values of attributes are drawn from the schema's own annotations, so a new field is covered the day it is added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from models.architecture import (
    KINDS,
    STYLES,
    Architecture,
    Diagram,
    Element,
    Frozen,
    Journey,
    Link,
    Policy,
    Profile,
    Scenario,
    allowed_styles,
    replace,
)
from models.architecture import values as shapes
from models.architecture.elements import Autoscale
from models.architecture.journeys import Load
from models.architecture.scenarios import AnyFault

Draw = Callable[[st.SearchStrategy[Any]], Any]
REFERENCES = {
    *("id", "kind", "style", "source", "target", "groups", "parent", "placement", "dead_letter", "deployed_with"),
    *(
        "reply_queue",
        "notified_by",
        "published_with",
        "profile",
        "steps",
        "entry",
        "link",
        "use",
        "journey",
        "fault",
        "set",
        "faults",
        "expect",
    ),
}
"""Fields that name other parts: drawn from what there is, not from their annotation."""

words = st.text(max_size=12)
numbers = st.one_of(st.integers(0, 10**6).map(float), st.floats(0, 1e12, allow_nan=False))
plain_data = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(allow_nan=False, allow_infinity=False),
        words,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=6,
)
_positive = st.one_of(st.integers(1, 10**6).map(float), st.floats(1e-6, 1e9))
distributions: st.SearchStrategy[Any] = st.one_of(
    numbers,
    st.builds(shapes.Constant, constant=numbers),
    st.builds(shapes.Exponential, exponential=st.builds(shapes.MeanOnly, mean=numbers)),
    st.tuples(_positive, st.floats(1, 1000)).map(
        lambda drawn: shapes.Lognormal(lognormal=shapes.LognormalShape(p50=drawn[0], p99=drawn[0] * drawn[1]))
    ),
    st.builds(shapes.Lognormal, lognormal=st.builds(shapes.LognormalShape, mean=_positive, cv=st.floats(0.01, 10))),
    st.tuples(numbers, numbers).map(
        lambda drawn: shapes.Uniform(uniform=shapes.Bounds(low=min(drawn), high=max(drawn)))
    ),
    st.builds(shapes.Erlang, erlang=st.builds(shapes.ErlangShape, mean=numbers, k=st.integers(1, 20))),
    st.builds(
        shapes.Hyperexponential,
        hyperexponential=st.builds(shapes.HyperexponentialShape, mean=numbers, cv=st.floats(1, 10)),
    ),
    st.lists(st.tuples(st.floats(0.01, 1), numbers), min_size=1, max_size=4, unique_by=lambda point: point[0]).map(
        lambda points: shapes.Empirical(
            empirical=shapes.Quantiles(
                quantiles=tuple(
                    zip(sorted(share for share, _ in points), sorted(time for _, time in points), strict=True)
                )
            )
        )
    ),
)
loads = st.one_of(
    st.builds(lambda rate: Load.model_validate({"open": {"rate_per_s": rate}}), numbers),
    st.builds(
        lambda users, think: Load.model_validate({"closed": {"users": users, "think_ms": think}}),
        st.integers(1, 99),
        distributions,
    ),
    st.builds(lambda rate, step: Load.model_validate({"profile": [[0, rate], [step, rate * 2]]}), numbers, numbers),
    st.builds(lambda every: Load.model_validate({"schedule": {"every_ms": every, "batch": 5}}), _positive),
)

autoscales = st.builds(
    lambda least, more: Autoscale(min=least, max=least + more), st.integers(1, 500), st.integers(0, 500)
)


@cache
def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Values that a field with this annotation takes."""
    return _values(annotation, ())


def _values(annotation: Any, metadata: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *outer = get_args(annotation)
        return _values(inner, (*metadata, *outer))
    if origin in (Union, UnionType):
        alternatives = [member for member in get_args(annotation) if member is not NoneType]
        if shapes.Constant in [
            get_args(member)[0] if get_origin(member) is Annotated else member for member in alternatives
        ]:
            return distributions
        return st.one_of([_values(member, ()) for member in alternatives])
    if origin is Literal:
        return st.sampled_from(get_args(annotation))
    if origin is tuple:
        members = get_args(annotation)
        if len(members) == 2 and members[1] is Ellipsis:
            return st.lists(_values(members[0], ()), max_size=3).map(tuple)
        return st.tuples(*(_values(member, ()) for member in members))
    if origin is dict:
        value = get_args(annotation)[1]
        return st.dictionaries(words, plain_data if value is Any else _values(value, ()), max_size=3)
    if annotation is bool:
        return st.booleans()
    if annotation in (int, float):
        return _numbers(annotation is int, metadata)
    if annotation is str:
        return words
    if annotation is date:
        return st.dates()
    if annotation is Load:
        return loads
    if annotation is Autoscale:
        return autoscales
    assert isinstance(annotation, type) and issubclass(annotation, Frozen), annotation
    return parts(annotation)


def _numbers(whole: bool, metadata: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    limits = [inner for item in metadata for inner in (item.metadata if isinstance(item, FieldInfo) else (item,))]
    low = next((limit.ge for limit in limits if isinstance(limit, annotated_types.Ge)), None)
    above = next((limit.gt for limit in limits if isinstance(limit, annotated_types.Gt)), None)
    high = next((limit.le for limit in limits if isinstance(limit, annotated_types.Le)), None)
    if whole:
        least = int(low if low is not None else 0)  # type: ignore[call-overload]  # the limits of our schema are numbers
        return st.integers(least, least + 500)
    smallest = 0.001 if above is not None else -1e9 if low is None else 0.0
    largest = float(high) if high is not None else 1e9  # type: ignore[arg-type]  # the same
    exact = [float(value) for value in (1, 20, 1000) if smallest <= value <= largest]
    return st.one_of(st.sampled_from(exact), st.floats(smallest, largest))


@cache
def parts(model: type[Frozen]) -> st.SearchStrategy[Any]:
    """Instances of `model` that say up to four things; fields that must be there are."""
    fields = model.model_fields
    free = [name for name, field in fields.items() if name not in REFERENCES or _is_journey_target(name, field)]
    required = {name: _field(fields[name]) for name in free if fields[name].is_required()}
    optional = {name: fields[name] for name in free if name not in required}
    unnamed: list[str] = [
        name for name in ("id", "source", "target", "entry") if name in fields and name not in optional
    ]

    @st.composite
    def some(draw: Draw) -> Frozen:
        chosen = draw(st.lists(st.sampled_from(sorted(optional)), max_size=4, unique=True)) if optional else []
        values = dict.fromkeys(unnamed, "nameless")
        values |= {name: draw(strategy) for name, strategy in required.items()}
        values |= {name: draw(_field(optional[name])) for name in chosen}
        return model(**{model.model_fields[name].alias or name: value for name, value in values.items()})

    return some()


def _is_journey_target(name: str, field: FieldInfo) -> bool:
    """What a journey should achieve bears the name of what a link reaches."""
    return name == "target" and not field.is_required()


def _field(field: FieldInfo) -> st.SearchStrategy[Any]:
    annotation = field.annotation
    return _values(annotation, tuple(field.metadata))


@st.composite
def elements(draw: Draw, largest: int = 8) -> tuple[Element, ...]:
    """Elements of all kinds, in groups now and then, with references that are alive."""
    common = ["client", "datastore", "queue", "service", "service", "service", "topic"]
    kinds = draw(st.lists(st.sampled_from([*common, *sorted(KINDS)]), min_size=min(4, largest), max_size=largest))
    bare = [_named(draw(parts(KINDS[kind].type)), f"{kind}-{i}") for i, kind in enumerate(kinds)]
    groups = [element for element in bare if element.kind == "group"]
    queues = [element.id for element in bare if element.kind == "queue"]
    services = [element.id for element in bare if element.kind == "service"]
    found: list[Element] = []
    for element in bare:
        changes: dict[str, Any] = {}
        if element.kind == "group":
            outer = groups[: groups.index(element)]
            if outer and draw(st.booleans()):
                changes["parent"] = draw(st.sampled_from(outer)).id
            if services and draw(st.booleans()):
                changes["placement"] = {draw(st.sampled_from(services)): draw(st.integers(1, 9))}
        elif groups and draw(st.booleans()):
            chosen = draw(st.lists(st.sampled_from(groups), max_size=3, unique_by=lambda group: group.id))
            by_type = {getattr(group, "group_type", None) or group.id: group.id for group in chosen}
            changes["groups"] = tuple(by_type.values())
        others = [queue for queue in queues if queue != element.id]
        if element.kind == "queue" and others and draw(st.booleans()):
            changes["dead_letter"] = draw(st.sampled_from(others))
        neighbours = [service for service in services if service != element.id]
        if element.kind == "service" and neighbours and draw(st.booleans()):
            changes["deployed_with"] = draw(st.sampled_from(neighbours))
        found.append(replace(element, **changes) if changes else element)
    return tuple(found)


def _named(part: Any, part_id: str) -> Any:
    return replace(part, id=part_id)


@st.composite
def links(draw: Draw, among: tuple[Element, ...], profiles: tuple[Profile, ...], most: int = 10) -> tuple[Link, ...]:
    """Links that the endpoint table allows, with references that are alive."""
    pairs = [
        (source, target, style)
        for source in among
        for target in among
        for style in allowed_styles(source.kind, target.kind)
    ]
    if not pairs:
        return ()
    chosen = draw(st.lists(st.sampled_from(range(len(pairs))), min_size=min(3, most), max_size=most))
    queues = [element.id for element in among if element.kind == "queue"]
    ids = [f"link-{i}" for i in range(len(chosen))]
    found: list[Link] = []
    for link_id, index in zip(ids, chosen, strict=True):
        source, target, style = pairs[index]
        link = replace(draw(parts(STYLES[style].type)), id=link_id, source=source.id, target=target.id)
        changes: dict[str, Any] = {}
        if profiles and draw(st.booleans()):
            changes["profile"] = draw(st.sampled_from(profiles)).id
        fields = type(link).model_fields
        if queues and "reply_queue" in fields and draw(st.booleans()):
            changes["reply_queue"] = draw(st.sampled_from(queues))
        if queues and "delivery" in fields and draw(st.booleans()):
            changes["delivery"] = {"dead_letter": draw(st.sampled_from([*queues, "none"])), "max_deliveries": 5}
        if "published_with" in fields and draw(st.booleans()):
            changes["published_with"] = tuple(draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)))
        if "notified_by" in fields and draw(st.booleans()):
            changes["notified_by"] = draw(st.sampled_from(ids))
        found.append(replace(link, **changes) if changes else link)
    return tuple(found)


def _step(draw: Draw, architecture: Architecture, where: str, earlier: list[Journey], depth: int) -> dict[str, Any]:
    ways = architecture.links_from[where]
    usable = [journey.id for journey in earlier if journey.entry == where]
    forms = ["work", *(["link"] * 4 if ways else []), *(["use"] if usable else []), *(["choice"] if depth else [])]
    match draw(st.sampled_from(forms)):
        case "use":
            return {"use": draw(st.sampled_from(usable))}
        case "choice":
            branches = draw(st.integers(1, 3))
            return {
                "choice": [
                    {"weight": float(1 + i), "steps": _steps(draw, architecture, where, earlier, depth - 1)}
                    for i in range(branches)
                ]
            }
        case "link":
            link = draw(st.sampled_from(ways))
            step: dict[str, Any] = {"link": link.id}
            if draw(st.booleans()):
                step["calls"] = draw(st.integers(1, 3))
            if draw(st.booleans()):
                step["parallel"] = draw(st.booleans())
            if depth:
                step["steps"] = _steps(draw, architecture, link.target, earlier, depth - 1)
                if draw(st.booleans()):
                    step["on_failure"] = _steps(draw, architecture, where, earlier, 0)
                readers = [reader.id for reader in architecture.links_to[link.target] if reader.style == "shared_data"]
                if link.style == "shared_data" and link.source != link.target and readers and draw(st.booleans()):
                    step["steps"] = [{"link": draw(st.sampled_from(readers))}]
            return step
        case _:
            return {"work_ms": draw(distributions)}


def _steps(
    draw: Draw, architecture: Architecture, where: str, earlier: list[Journey], depth: int
) -> list[dict[str, Any]]:
    return [_step(draw, architecture, where, earlier, depth) for _ in range(draw(st.integers(0, 2)))]


@st.composite
def journeys(draw: Draw, architecture: Architecture) -> tuple[Journey, ...]:
    """Journeys that can be walked on `architecture`; a later one may use an earlier one."""
    starts = [element.id for element in architecture.elements if KINDS[element.kind].connects]
    found: list[Journey] = []
    for i in range(draw(st.integers(0, 3)) if starts else 0):
        entry = draw(st.sampled_from(starts))
        journey = replace(
            draw(parts(Journey)),
            id=f"journey-{i}",
            entry=entry,
            steps=tuple(_steps(draw, architecture, entry, found, 2)),
        )
        found.append(journey)
    return tuple(found)


@st.composite
def scenarios(draw: Draw, architecture: Architecture) -> tuple[Scenario, ...]:
    """Scenarios about parts of `architecture`: settings, faults, expectations."""
    targets = [part.id for part in (*architecture.elements, *architecture.links)]
    services = [element.id for element in architecture.elements if element.kind == "service"]
    found = []
    for i in range(draw(st.integers(0, 2))):
        scenario = replace(draw(parts(Scenario)), id=f"scenario-{i}", set={}, faults=(), expect=())
        changes: dict[str, Any] = {}
        if services and draw(st.booleans()):
            changes["set"] = {f"{draw(st.sampled_from(services))}.workers": draw(st.integers(1, 50))}
        if architecture.links and draw(st.booleans()):
            link = draw(st.sampled_from(architecture.links))
            changes["set"] = {**changes.get("set", {}), f"{link.id}.network_ms": {"exponential": {"mean": 2}}}
        if draw(st.booleans()):
            changes["faults"] = tuple(
                {**_fault(draw), "target": draw(st.sampled_from(targets))} for _ in range(draw(st.integers(1, 2)))
            )
        if architecture.journeys and draw(st.booleans()):
            journey = draw(st.sampled_from(architecture.journeys)).id
            changes["expect"] = ({"journey": journey, "metric": "p99_ms", "at_most": draw(numbers)},)
        found.append(replace(scenario, **changes) if changes else scenario)
    return tuple(found)


def _fault(draw: Draw) -> dict[str, Any]:
    kinds = get_args(get_args(AnyFault)[0])
    kind = draw(st.sampled_from(kinds))
    names = [name for name in kind.model_fields if name not in ("fault", "target", "from_ms", "until_ms")]
    chosen = draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) if names else []
    fault: dict[str, Any] = {name: draw(_field(kind.model_fields[name])) for name in chosen}
    start = draw(numbers)
    return {**fault, "fault": kind.model_fields["fault"].default, "from_ms": start, "until_ms": start + 5.5}


@st.composite
def diagrams(draw: Draw, architecture: Architecture) -> tuple[Diagram, ...]:
    """Up to two pictures of `architecture`."""
    ids = [element.id for element in architecture.elements]
    some = st.lists(st.sampled_from(ids), max_size=4, unique=True)
    points = st.tuples(st.integers(-500, 500).map(float), st.floats(-500, 500))
    found = []
    for i in range(draw(st.integers(0, 2))):
        link_ids = [link.id for link in architecture.links]
        bent = draw(st.lists(st.sampled_from(link_ids), max_size=2, unique=True)) if link_ids else []
        found.append(
            Diagram(
                id=f"diagram-{i}",
                name=draw(st.one_of(st.none(), words)),
                include=draw(st.one_of(st.just("*"), some.map(tuple))),
                positions={part: draw(points) for part in draw(some)},
                sizes={part: (draw(_positive), draw(_positive)) for part in draw(some)},
                bends={part: tuple(draw(st.lists(points, min_size=1, max_size=3))) for part in bent},
                collapsed=tuple(draw(some)),
                locked=tuple(draw(some)),
            )
        )
    return tuple(found)


@st.composite
def policies(draw: Draw, architecture: Architecture) -> Policy | None:
    """How the model is judged, or nothing said about it."""
    wheres = ["*", "tag:slow", *(part.id for part in (*architecture.elements, *architecture.links))]
    rules = st.sampled_from(["T01", "R01", "M02", "D01"])
    setting: dict[str, Any] = {
        "stage": draw(st.sampled_from([None, "sketch", "design", "operate"])),
        "severity": [
            {"rule": draw(rules), "where": draw(st.sampled_from(wheres)), "value": "warning"}
            for _ in range(draw(st.integers(0, 2)))
        ],
        "thresholds": [
            {"rule": "T02", "name": "warning", "where": draw(st.sampled_from(wheres)), "value": draw(st.floats(1, 9))}
            for _ in range(draw(st.integers(0, 1)))
        ],
        "waivers": [
            {"finding": f"D01:{where}", "reason": draw(words), "until": draw(st.dates())}
            for where in draw(st.lists(st.sampled_from(wheres), max_size=2, unique=True))
        ],
    }
    policy = Policy.model_validate(setting)
    return policy if policy.said() else None


@st.composite
def architectures(draw: Draw, largest: int = 8) -> Architecture:
    """A valid model with up to `largest` elements and all that can be said of them."""
    among = draw(elements(largest))
    profiles = tuple(replace(draw(parts(Profile)), id=f"profile-{i}") for i in range(draw(st.integers(0, 1))))
    architecture = Architecture(
        name=draw(st.one_of(st.none(), words)), elements=among, profiles=profiles, links=draw(links(among, profiles))
    )
    architecture = replace(architecture, journeys=draw(journeys(architecture)))
    return replace(
        architecture,
        scenarios=draw(scenarios(architecture)),
        diagrams=draw(diagrams(architecture)),
        policy=draw(policies(architecture)),
    )


def parts_by_id(architecture: Architecture) -> Mapping[str, Element | Link]:
    """Elements and links by id."""
    return {**architecture.element_by_id, **architecture.link_by_id}
