"""Do the first migrations of a shop in a third of the time.

Before each step Django makes the models anew that the step touches, and all their neighbours, from
fields that it takes to pieces and puts together again. For the empty database of a new shop that is
nearly all of the work. Copies of the fields do as well, and an index, a constraint or a trigger is
no reason to make a model anew: the old one is told of it. What the steps do to the database is left
as it is, and `make endure` compares the tables that come of it with those of `manage.py migrate`.
"""

import copy
import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from django.db.migrations import AddConstraint, AddIndex, RemoveConstraint, RemoveIndex
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Field
from pgtrigger.migrations import AddTrigger, RemoveTrigger

_TELLING = (AddConstraint, RemoveConstraint, AddIndex, RemoveIndex, AddTrigger, RemoveTrigger)
"""The steps that change what a model's `Meta` tells of the table, and no field."""
_TOLD = ("constraints", "indexes", "triggers")
_RARELY = (100_000, 50, 1_000)


@contextmanager
def quick_states() -> Iterator[None]:
    """Let migrations that are done within this make no model without need."""
    often = gc.get_threshold()
    with ExitStack() as stack:
        stack.callback(gc.set_threshold, *often)
        gc.set_threshold(*_RARELY)  # models refer to one another, and few of them are let go
        stack.enter_context(_instead_of(Field, "clone", copy.deepcopy))
        for step in _TELLING:
            forwards = partial(_only_told, step.state_forwards)
            stack.enter_context(_instead_of(step, "state_forwards", _as_method(forwards)))
        yield


def _only_told(
    forwards: Callable[..., None], step: Operation, app_label: str, state: ProjectState
) -> None:
    """Let a step change the state, and tell the model that was made of it."""
    held: dict[str, Any] = vars(state)
    held["reload_model"] = partial(_tell, state)
    try:
        forwards(step, app_label, state)
    finally:
        del held["reload_model"]


def _tell(state: ProjectState, app_label: str, model_name: str, **_said: object) -> None:
    if "apps" not in vars(state):  # no model has been made yet
        return
    options = state.models[app_label, model_name.lower()].options
    meta = state.apps.get_model(app_label, model_name)._meta
    vars(meta).update({name: options[name] for name in _TOLD if name in options})
    vars(meta).pop("total_unique_constraints", None)  # kept from when it was asked last


def _as_method(function: Callable[..., None]) -> Callable[..., None]:
    def method(*given: Any, **named: Any) -> None:
        function(*given, **named)

    return method


@contextmanager
def _instead_of(owner: type, name: str, other: Callable[..., Any]) -> Iterator[None]:
    own = vars(owner).get(name)
    setattr(owner, name, other)
    try:
        yield
    finally:
        if own is None:
            delattr(owner, name)
        else:
            setattr(owner, name, own)
