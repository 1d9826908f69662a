"""The experiment: strategies crossed with worldviews, run on all cores, kept in a folder, resumed,
made again.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from winset.study.design import CellKey, Design, DesignError, plan
    from winset.study.engine import conduct
    from winset.study.makers import Makers
    from winset.study.manifest import Manifest, read_manifest
    from winset.study.report import Reporter
    from winset.study.results import Grid, Results
    from winset.study.store import default_folder, open_study
    from winset.study.summary import Estimate

_PUBLIC = {
    "CellKey": "design",
    "Design": "design",
    "DesignError": "design",
    "Estimate": "summary",
    "Grid": "results",
    "Makers": "makers",
    "Manifest": "manifest",
    "Reporter": "report",
    "Results": "results",
    "conduct": "engine",
    "default_folder": "store",
    "open_study": "store",
    "plan": "design",
    "read_manifest": "manifest",
}

__all__ = [
    "CellKey",
    "Design",
    "DesignError",
    "Estimate",
    "Grid",
    "Makers",
    "Manifest",
    "Reporter",
    "Results",
    "conduct",
    "default_folder",
    "open_study",
    "plan",
    "read_manifest",
]


def __getattr__(name: str) -> Any:
    # Looked up when first used: a worker needs little of it, and starts the sooner.
    if name not in _PUBLIC:
        raise AttributeError(f"winset.study has no public name {name!r}")
    return getattr(import_module(f"winset.study.{_PUBLIC[name]}"), name)
