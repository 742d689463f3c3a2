"""What a custom function came back with."""

from __future__ import annotations

from typing import Any

from phantom_lab.later import dataclass


@dataclass(frozen=True, slots=True)
class CustomFunctionResult:
    """What one parameter set gave."""

    status: str
    """``success`` or ``failed``."""
    message: str
    parameter: dict[str, Any]
    data: Any
    """The returned dict or list."""

    def to_json(self) -> dict[str, Any]:
        """The element of ``results[].custom_function_results`` (inner layout assumed)."""
        return {"status": self.status, "success": self.status == "success", "message": self.message,
                "parameter": self.parameter, "data": self.data}


@dataclass(frozen=True, slots=True)
class CustomFunctionRun:
    """A finished custom function run: every parameter set of one ``phantom.custom_function`` call."""

    id: int
    name: str
    function: str
    """As the call named it, such as ``community/list_merge``."""
    run_results: tuple[CustomFunctionResult, ...]
    loop_state: Any = None

    @property
    def success(self) -> bool:
        """False only if every parameter set failed (assumed, after the rule of actions)."""
        return not self.run_results or any(one.status == "success" for one in self.run_results)

    @property
    def status(self) -> str:
        """``success`` or ``failed``."""
        return "success" if self.success else "failed"

    @property
    def message(self) -> str:
        """What the failed parameter sets said, or a count."""
        failed = [one.message for one in self.run_results if one.status == "failed"]
        good = len(self.run_results) - len(failed)
        return "; ".join([*([f"{good} succeeded"] if good or not failed else []), *failed])

    def to_json(self) -> dict[str, Any]:
        """The ``custom_function`` argument of a callback (keys assumed, after ``action``)."""
        return {"custom_function_run_id": self.id, "custom_function_name": self.function,
                "custom_function": self.function, "name": self.name}

    def results(self) -> list[dict[str, Any]]:
        """The ``results`` argument of a callback."""
        found = {"name": self.name, "custom_function_name": self.function, "custom_function_run_id": self.id,
                 "status": self.status, "success": self.success, "message": self.message,
                 "custom_function_results": [one.to_json() for one in self.run_results]}
        return [found if self.loop_state is None else {**found, "loop_state": self.loop_state}]
