"""What one request costs: processor time of its thread, and questions to the database."""

import time
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse

CPU = "X-Bench-CPU-Microseconds"
QUERIES = "X-Bench-Queries"


class MeterMiddleware:
    """Write on each answer what it cost; stands outside everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = 0

        def count(execute: Callable[..., Any], *call: Any) -> Any:
            nonlocal asked
            asked += 1
            return execute(*call)

        began = time.thread_time_ns()
        with connection.execute_wrapper(count):
            answer = self.get_response(request)
        answer[CPU] = str((time.thread_time_ns() - began) // 1000)
        answer[QUERIES] = str(asked)
        return answer


def empty(request: HttpRequest) -> HttpResponse:
    """Answer nothing: the least that a request through this shop costs."""
    return HttpResponse()


def forget(request: HttpRequest) -> HttpResponse:
    """Empty the process's rendered parts, so that the next request is a first one."""
    caches["parts"].clear()
    return HttpResponse()
