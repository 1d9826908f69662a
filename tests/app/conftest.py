"""The workbench over made-up scenarios: `small` and `large` open in an instant, run in moments."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_cells import MAKERS, FakeScenario, flagship_like, load, small
from war_made_up import war_made_up

from winset.study import DesignError
from winset.study.makers import Makers

__all__ = ["bench", "war_made_up"]

NAMES = {"small": small() | {"id": "small"}, "large": flagship_like() | {"id": "large"}}


@pytest.fixture(autouse=True, scope="module")
def no_war_to_play() -> Iterator[None]:
    """A made-up scenario has no war: what is drawn from one is said to be missing."""
    pytest.importorskip("altair")
    from winset.views.charts import space, war

    def unless_made_up(real: Any) -> Any:
        def asked(results: Any, *more: Any) -> Any:
            if isinstance(results.scenario, FakeScenario):
                raise DesignError(["a made-up scenario has no war"])
            return real(results, *more)

        return asked

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(space, "space_of", unless_made_up(space.space_of))
        patch.setattr(war, "without_talks", unless_made_up(war.without_talks))
        yield


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The application over an empty folder."""
    pytest.importorskip("starlette")
    pytest.importorskip("altair")
    from winset.app import catalogue, loading
    from winset.app.pages import build

    def load_any(name: str | Path, *, overrides: Any = (), **_: Any) -> FakeScenario:
        if str(name) in NAMES:
            return FakeScenario(NAMES[str(name)], tuple(overrides))
        return load(name, overrides=overrides)

    wanted = (MAKERS.cell, MAKERS.warm, MAKERS.load, MAKERS.trace)
    monkeypatch.setattr(Makers.__init__, "__defaults__", wanted)
    monkeypatch.setattr("winset.scenario.scenario.load", load_any)
    monkeypatch.setattr(catalogue, "bundled", lambda: {name: tmp_path / name for name in NAMES})
    monkeypatch.setattr(catalogue, "headline", lambda place: {"title": f"The {place.name} war"})
    for cached in (loading.load, catalogue._read, catalogue.opened):
        cached.cache_clear()
    app = build(tmp_path, workers=1)
    yield app
    app.state.runs.stop()
