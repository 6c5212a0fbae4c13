"""Orders as WooCommerce's exporters write them, and as our own file has them."""

from privacy.intake.layouts import Layout

MOST_LINES = 50

OWN = Layout(
    "own",
    {
        "number": ("number",),
        "date": ("date",),
        "email": ("email",),
        "product": ("product",),
        "quantity": ("quantity",),
        "sum": ("sum",),
        "total": ("total",),
        "vat": ("vat",),
    },
    marks=(frozenset({"number", "date", "email", "product", "total"}),),
    otherwise="not_needed",
)
WOOCOMMERCE = Layout(
    "woocommerce",
    {
        "number": ("order number", "order_number", "order_id"),
        "date": ("order date", "order_date"),
        "status": ("order status", "status"),
        "currency": ("order currency", "order_currency"),
        "email": ("email (billing)", "billing_email", "customer_email"),
        "product": ("item name",),
        "quantity": ("quantity (- refund)", "quantity"),
        "sum": ("order line total", "item total"),
        "total": ("order total amount", "order_total"),
        "vat": ("order total tax amount", "tax_total"),
        **{f"line_{n}": (f"line_item_{n}",) for n in range(1, MOST_LINES + 1)},
    },
    marks=(
        frozenset({"order number", "order date", "email (billing)", "order total amount"}),
        frozenset({"order_number", "order_date", "billing_email", "order_total"}),
        frozenset({"order_id", "order_date", "billing_email", "order_total"}),
    ),
    otherwise="not_needed",
)
LAYOUTS = (WOOCOMMERCE, OWN)
"""In the order in which they are tried."""
