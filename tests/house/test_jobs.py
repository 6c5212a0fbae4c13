"""The worker knows every job: what stands in no table of contents is never done."""

from pathlib import Path

from orders import tasks

ORDERS = Path(tasks.__file__).parent


def test_every_rooms_jobs_stand_in_the_table_of_contents() -> None:
    rooms = {
        ".".join(path.relative_to(ORDERS.parent).with_suffix("").parts)
        for path in ORDERS.glob("**/tasks.py")
    }

    assert rooms - {"orders.tasks"} == {getattr(tasks, name).__name__ for name in tasks.__all__}
