"""The worker's part of paying."""

from django.utils import timezone

from orders.checkout import approvals, refunding, upkeep
from privacy.outbox.jobs import app


@app.periodic(cron="*/5 * * * *")
@app.task(queue="payments", queueing_lock="ask_after_payments")
def ask_after_payments(timestamp: int) -> None:
    """Ask the payment service after what it was never heard of."""
    upkeep.ask_after_payments(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="payments", queueing_lock="send_refunds")
def send_refunds(timestamp: int) -> None:
    """Send the refunds that wait to be sent."""
    refunding.send_waiting(at=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="payments", queueing_lock="cancel_unpaid_orders")
def cancel_unpaid_orders(timestamp: int) -> None:
    """Cancel orders that were to be paid at once and were not in time."""
    upkeep.cancel_unpaid(at=timezone.now())


@app.periodic(cron="20 4 * * *")
@app.task(queue="upkeep", queueing_lock="expire_purchases")
def expire_purchases(timestamp: int) -> None:
    """Let go of purchases about which nobody has decided, and of those whose buyer has left."""
    approvals.expire_purchases(at=timezone.now())
    approvals.let_go_of_leavers(at=timezone.now())
