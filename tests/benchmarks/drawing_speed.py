"""How long drawing takes with 1,000 services and 2,000 links. Prints; judges nothing.

python tests/benchmarks/drawing_speed.py
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from models.architecture import Architecture, Diagram, Service, SyncLink, edits
from models.architecture.diagram import LiveRouter, Router
from models.architecture.diagram.layout import place_missing
from models.architecture.diagram.shapes import node_picture
from models.formats.exporters.svg import svg


def large(nodes: int, links: int) -> Architecture:
    """Services on a grid, linked with others nearby, as drawn systems are; most lines have a box in their way."""
    chance = random.Random(1)
    columns = round(nodes**0.5)
    elements = tuple(Service(id=f"s{index}", name=f"Service {index}") for index in range(nodes))
    drawn = []
    for index in range(links):
        source = chance.randrange(nodes)
        row, column = divmod(source, columns)
        near = min(columns - 1, max(0, column + chance.choice((-2, -1, 1, 1, 1, 2, 3))))
        target = min(nodes // columns - 1, max(0, row + chance.randint(-2, 2))) * columns + near
        if target == source:
            target = (source + columns) % nodes
        drawn.append(SyncLink(id=f"l{index}", source=f"s{source}", target=f"s{target}", name=f"call {index}"))
    positions = {f"s{index}": (index % columns * 256.0, index // columns * 120.0) for index in range(nodes)}
    diagram = Diagram(id="main", positions=positions)
    return Architecture(elements=elements, links=tuple(drawn), diagrams=(diagram,))


def tiers(nodes: int, links: int) -> Architecture:
    """Services in eight tiers that call the next ones, without places."""
    chance = random.Random(3)
    elements = tuple(Service(id=f"s{index}", name=f"Service {index}") for index in range(nodes))
    drawn = []
    for index in range(links):
        source = chance.randrange(nodes * 7 // 8)
        target = min(nodes - 1, source + nodes // 8 + chance.randrange(nodes // 8))
        drawn.append(SyncLink(id=f"l{index}", source=f"s{source}", target=f"s{target}"))
    return Architecture(elements=elements, links=tuple(drawn))


def took(work: Callable[[], object], times: int = 5) -> float:
    """Median processor time in milliseconds: what else runs on the machine does not count."""
    measured = []
    for _ in range(times):
        start = time.process_time()
        work()
        measured.append((time.process_time() - start) * 1000)
    return statistics.median(measured)


def changes(router: LiveRouter, model: Architecture) -> None:
    """Adds, removes, and bends single parts of `model`, which `router` shows."""
    chance = random.Random(4)
    spent: dict[str, list[float]] = {}

    def step(what: str, work: Callable[[], object]) -> None:
        start = time.process_time()
        work()
        spent.setdefault(what, []).append((time.process_time() - start) * 1000)

    def revise(architecture: Architecture) -> None:
        router.revise(architecture, architecture.diagrams[0])
        while router.is_late:
            router.catch_up()

    revise(model)
    for turn in range(20):
        gone = chance.choice(model.elements).id
        smaller = edits.remove(model, [gone])
        step("removing an element", partial(revise, smaller))
        step("adding an element with its links", partial(revise, model))
        source, target = chance.sample(model.elements, 2)
        larger = edits.add_link(model, SyncLink(id="another", source=source.id, target=target.id))
        step("adding a link", partial(revise, larger))
        step("removing a link", partial(revise, model))
        step("bending a link", partial(router.rebend, f"l{turn}", ((turn * 40.0, 300.0),)))
        step("letting it run freely", partial(router.rebend, f"l{turn}", None))
    for what, times in spent.items():
        print(f"{what}: median {statistics.median(times):.1f} ms, worst {max(times):.1f} ms")


def main() -> None:
    model = large(1_000, 2_000)
    diagram = model.diagrams[0]
    print(f"routing 1,000 nodes, 2,000 links: {took(lambda: Router(model, diagram).routes()):.0f} ms")
    router = LiveRouter(model, diagram)
    router.routes()
    moves: list[float] = []
    touched: list[int] = []
    chance = random.Random(2)
    for _ in range(200):
        node = f"s{chance.randrange(1_000)}"
        box = router.boxes[node]
        start = time.process_time()
        touched.append(len(router.move({node: (box.x + 8, box.y + 8)})))
        moves.append((time.process_time() - start) * 1000)
    moves.sort()
    print(
        f"moving one node: median {statistics.median(moves):.2f} ms, 95% {moves[189]:.2f} ms, "
        f"{statistics.median(touched):.0f} links routed again"
    )
    changes(router, model)
    print(f"1,000 node pictures: {took(lambda: [node_picture(model, node) for node in model.elements]):.0f} ms")
    for nodes in (50, 200, 1_000):
        loose = tiers(nodes, 2 * nodes)
        print(f"placing {nodes:,} nodes: {took(partial(place_missing, loose), 3):.0f} ms")
    medium = place_missing(tiers(200, 400))
    print(f"SVG of 200 nodes: {took(lambda: svg(medium), 3):.0f} ms")


if __name__ == "__main__":
    main()
