"""The YAML language as pydantic models, one file per concern; `root.ScenarioSpec` is the whole."""
