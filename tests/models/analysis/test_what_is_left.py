"""What an analysis leaves to the collector of garbage: nothing it would find."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import resources
from models.analysis import analyse, analysis_json
from models.formats import native

SAMPLES = sorted(resources.path("samples").glob("*.json"))


@pytest.fixture
def no_automatic_collection() -> Iterator[None]:
    """And none of what there was before, which is much and none of this test's business."""
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
@pytest.mark.usefixtures("no_automatic_collection")
def test_findings_and_facts_go_when_the_analysis_goes(sample: Path) -> None:
    architecture = native.load(sample).architecture
    analysis_json(architecture, analyse(architecture))
    gc.collect()
    analysis = analyse(architecture)
    analysis_json(architecture, analysis)
    del analysis
    assert gc.collect() == 0


def test_what_is_left_counts_as_old_and_collection_goes_on() -> None:
    architecture = native.load(SAMPLES[0]).architecture
    analysis = analyse(architecture)
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    old = {id(one) for one in gc.get_objects(2)}
    assert all(id(finding) in old for finding in analysis.findings)


def test_what_a_program_has_frozen_stays_frozen() -> None:
    architecture = native.load(SAMPLES[0]).architecture
    gc.freeze()
    try:
        analyse(architecture)
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
