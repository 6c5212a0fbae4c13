"""The worker's part of searching."""

from orders.catalogue.search import index
from privacy.outbox.jobs import app


@app.periodic(cron="* * * * * */10")
@app.task(queue="upkeep", queueing_lock="index_stale_products")
def index_stale_products(timestamp: int) -> None:
    """Index the products whose words have changed in the last seconds."""
    index.refresh()


@app.periodic(cron="7 * * * *")
@app.task(queue="upkeep", queueing_lock="mark_outdated_products")
def mark_outdated_products(timestamp: int) -> None:
    """Have the whole catalogue indexed anew after another analyser has been installed."""
    index.mark_outdated()
