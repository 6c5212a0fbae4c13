"""Orders as other shops export them, and as our own file has them."""

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
SHOPIFY = Layout(
    "shopify",
    {
        "number": ("name",),
        "date": ("created at",),
        "status": ("financial status",),
        "cancelled": ("cancelled at",),
        "currency": ("currency",),
        "email": ("email",),
        "product": ("lineitem name",),
        "quantity": ("lineitem quantity",),
        "total": ("total",),
        "vat": ("taxes",),
    },
    marks=(frozenset({"name", "email", "created at", "lineitem name", "total"}),),
    otherwise="not_needed",
)
JSON = Layout(
    "json",
    {
        "number": ("order_number", "number"),
        "date": ("date", "created_at", "date_created"),
        "status": ("status", "financial_status"),
        "cancelled": ("cancelled_at",),
        "currency": ("currency",),
        "email": ("email", "customer_email", "billing.email", "customer.email"),
        # What stands in the list of lines is read as `lines.…`, whatever the list is called.
        "product": ("product", "lines.product", "lines.name", "lines.title"),
        "quantity": ("quantity", "lines.quantity"),
        "sum": ("sum", "lines.sum"),
        "total": ("total", "total_price"),
        "vat": ("vat", "total_tax"),
    },
    is_json=True,
    otherwise="not_needed",
)
LINES = frozenset({"lines", "line_items"})
"""Lists in an order of JSON that hold what was ordered."""

LAYOUTS = (WOOCOMMERCE, SHOPIFY, OWN, JSON)
"""In the order in which they are tried."""
