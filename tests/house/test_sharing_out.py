"""What a worker dies of is not tried again, and who takes its place works to the end."""

from types import SimpleNamespace
from typing import Any

from tests.conftest import OneByOne

TESTS = ["test_a.py::test_1", "test_a.py::test_2", "test_a.py::test_deadly", "test_a.py::test_4"]


class Node:
    """A worker that runs what it is given when it is told to."""

    def __init__(self) -> None:
        self.waiting: list[int] = []
        self.shutting_down = False
        self.gateway = SimpleNamespace(id="a worker")

    def send_runtest_some(self, indices: list[int]) -> None:
        self.waiting += indices

    def shutdown(self) -> None:
        self.shutting_down = True

    def work(self, scheduler: Any) -> list[str]:
        """Run all but the last, as a worker does that does not know what comes after it."""
        ran = []
        while len(self.waiting) > (0 if self.shutting_down else 1):
            index = self.waiting.pop(0)
            ran.append(TESTS[index])
            scheduler.mark_test_complete(self, index)
        return ran


def test_what_a_worker_died_of_is_not_given_to_the_next() -> None:
    config: Any = SimpleNamespace(
        getvalue=lambda _name: ["popen"], option=SimpleNamespace(loadscopereorder=True)
    )
    scheduler: Any = OneByOne(config, SimpleNamespace(loadscopesched=lambda *_said: None))
    first, second = Node(), Node()
    scheduler.add_node(first)
    scheduler.add_node_collection(first, TESTS)
    scheduler.schedule()
    for index in (0, 1):
        scheduler.mark_test_complete(first, index)

    assert scheduler.remove_node(first) == TESTS[2]
    scheduler.add_node(second)
    scheduler.add_node_collection(second, TESTS)
    scheduler.schedule()

    assert second.work(scheduler) == [TESTS[3]]
    assert scheduler.tests_finished
    assert scheduler.remove_node(second) is None
