"""What the database itself keeps true about the catalogue."""

import pgtrigger

_BUMP = """
IF current_setting('shop.catalogue_bumped', true) IS DISTINCT FROM txid_current()::text THEN
    UPDATE orders_catalogueversion SET number = number + 1;
    PERFORM set_config('shop.catalogue_bumped', txid_current()::text, true);
END IF;
RETURN NULL;
"""


def catalogue_changed(condition: pgtrigger.Condition | None = None) -> pgtrigger.Trigger:
    """Raise the catalogue's version once in a transaction, at its very end.

    Deferred to the commit, the version's row is locked last and for a moment only, so that two
    transactions neither wait long for it nor block each other.
    """
    return pgtrigger.Trigger(
        name="catalogue_changed",
        when=pgtrigger.After,
        # A condition compares old and new, which only an update has.
        operation=pgtrigger.Update
        if condition
        else pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        timing=pgtrigger.Deferred,
        condition=condition,
        func=_BUMP,
    )


def category_path() -> pgtrigger.Trigger:
    """Write a category's path from its parent's, and refuse a branch below itself."""
    return pgtrigger.Trigger(
        name="category_path",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("parent_path", "text")],
        func="""
        IF NEW.parent_id IS NULL THEN
            NEW.path := NEW.slug;
        ELSE
            SELECT path INTO parent_path FROM orders_category WHERE id = NEW.parent_id;
            IF NEW.parent_id = NEW.id
               OR (TG_OP = 'UPDATE' AND parent_path LIKE OLD.path || '/%') THEN
                RAISE EXCEPTION 'a category cannot stand below itself'
                    USING ERRCODE = 'check_violation',
                          CONSTRAINT = 'category_is_not_below_itself';
            END IF;
            NEW.path := parent_path || '/' || NEW.slug;
        END IF;
        RETURN NEW;
        """,
    )


def category_path_of_children() -> pgtrigger.Trigger:
    """Carry a changed path on to the children, whose own triggers carry it further."""
    return pgtrigger.Trigger(
        name="category_path_of_children",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.path IS DISTINCT FROM NEW.path"),
        func="UPDATE orders_category SET slug = slug WHERE parent_id = NEW.id; RETURN NULL;",
    )


def search_is_stale() -> pgtrigger.Trigger:
    """Mark a product for the search's index when one of its own words changes."""
    words = ["vat_class_id", "manufacturer_id", "kind"] + [
        f"{field}_{language}"
        for field in ("name", "summary", "text")
        for language in ("fi", "sv", "en")
    ]
    changed = " OR ".join(f"OLD.{word} IS DISTINCT FROM NEW.{word}" for word in words[1:])
    return pgtrigger.Trigger(
        name="search_is_stale",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(changed),
        func="NEW.search_is_stale := true; RETURN NEW;",
    )


def product_words_changed(*columns: str) -> pgtrigger.Trigger:
    """Mark the product for the search's index when words around it change.

    The product's row is locked before it is looked at: whoever is indexing it may already have read
    the words, and would otherwise call it fresh when this change is still unseen. Columns narrow
    an update to those that say something: Django writes them all, changed or not.
    """
    update = pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Update
    row = ", ".join(f"{{row}}.{column}" for column in columns or ("*",))
    return pgtrigger.Trigger(
        name="product_words_changed",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Delete | update,
        declare=[("touched", "uuid[]")],
        func=f"""
        IF TG_OP = 'UPDATE' THEN
            IF ({row.format(row="OLD")}) IS NOT DISTINCT FROM ({row.format(row="NEW")}) THEN
                RETURN NULL;
            END IF;
        END IF;
        touched := ARRAY[coalesce(OLD.product_id, NEW.product_id), NEW.product_id];
        PERFORM 1 FROM orders_product WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
        UPDATE orders_product SET search_is_stale = true
        WHERE id = ANY (touched) AND NOT search_is_stale;
        RETURN NULL;
        """,
    )


def shared_words_changed(products: str, *columns: str) -> pgtrigger.Trigger:
    """Mark all products that a changed name is said of: a maker, a category, an attribute.

    :param products: a query for their keys, in which ``NEW`` is the changed row.
    """
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return pgtrigger.Trigger(
        name="shared_words_changed",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(changed),
        func=f"""
        PERFORM 1 FROM orders_product WHERE id IN ({products}) ORDER BY id FOR NO KEY UPDATE;
        UPDATE orders_product SET search_is_stale = true
        WHERE id IN ({products}) AND NOT search_is_stale;
        RETURN NULL;
        """,
    )


#: What is asked now for the variant `v`, in SQL: the same as `asking.asked_price`.
ASKED_NOW = """
    least(
        CASE WHEN v.reduced_from <= now()
              AND (v.reduced_until IS NULL OR v.reduced_until > now())
             THEN v.reduced_price ELSE v.price END,
        (SELECT min(cp.price) FROM orders_campaignprice cp
         JOIN orders_campaign c ON c.id = cp.campaign_id
         WHERE cp.variant_id = v.id AND c.planned_at IS NOT NULL
           AND c.begins_at <= now() AND c.ends_at > now() AND cp.added_at <= now()))
"""

_REFRESH = f"""
UPDATE orders_product p
SET has_variants = s.has_variants, lowest_price = s.lowest, highest_price = s.highest,
    in_stock = s.in_stock
FROM (
    SELECT count(v.id) > 0 AS has_variants, min(a.asked) AS lowest, max(a.asked) AS highest,
           coalesce(bool_or(l.id IS NULL OR l.backorder OR l.on_hand > l.reserved), false)
               AS in_stock
    FROM orders_variant v
    LEFT JOIN orders_level l ON l.variant_id = v.id
    CROSS JOIN LATERAL (
        SELECT {ASKED_NOW} AS asked
    ) a
    WHERE v.product_id = {{product}} AND v.is_active
) s
WHERE p.id = {{product}}
  AND (p.has_variants, p.lowest_price, p.highest_price, p.in_stock)
      IS DISTINCT FROM (s.has_variants, s.lowest, s.highest, s.in_stock);
"""


def listing_changed() -> pgtrigger.Trigger:
    """Keep a product's price range and availability true when a variant changes."""
    return pgtrigger.Trigger(
        name="listing_changed",
        when=pgtrigger.After,
        operation=pgtrigger.Insert
        | pgtrigger.Delete
        | pgtrigger.UpdateOf(
            "product_id", "price", "reduced_price", "reduced_from", "reduced_until", "is_active"
        ),
        timing=pgtrigger.Deferred,
        declare=[("touched", "uuid")],
        func=f"""
        IF TG_OP <> 'INSERT' THEN
            touched := OLD.product_id; {_REFRESH.format(product="touched")}
        END IF;
        IF TG_OP <> 'DELETE' THEN
            touched := NEW.product_id; {_REFRESH.format(product="touched")}
        END IF;
        RETURN NULL;
        """,
    )


def listing_changed_by_stock() -> pgtrigger.Trigger:
    """Keep a product's availability true when the last piece goes or the first one comes."""
    was = "(OLD.backorder OR OLD.on_hand > OLD.reserved)"
    is_now = "(NEW.backorder OR NEW.on_hand > NEW.reserved)"
    return pgtrigger.Trigger(
        name="listing_changed_by_stock",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Condition(f"({was} <> {is_now})"),
        declare=[("touched", "uuid")],
        func=f"""
        SELECT product_id INTO touched FROM orders_variant WHERE id = NEW.variant_id;
        {_REFRESH.format(product="touched")}
        RETURN NULL;
        """,
    )


def price_history() -> pgtrigger.Trigger:
    """Write down every price that was ever asked."""
    return pgtrigger.Trigger(
        name="price_history",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
        IF TG_OP = 'INSERT'
           OR (OLD.price, OLD.reduced_price, OLD.reduced_from, OLD.reduced_until)
              IS DISTINCT FROM
              (NEW.price, NEW.reduced_price, NEW.reduced_from, NEW.reduced_until) THEN
            INSERT INTO orders_pricehistory
                (variant_id, at, price, reduced_price, reduced_from, reduced_until)
            VALUES
                (NEW.id, now(), NEW.price, NEW.reduced_price, NEW.reduced_from, NEW.reduced_until);
        END IF;
        RETURN NULL;
        """,
    )


def prices_are_written_as_they_change() -> pgtrigger.Trigger:
    """Refuse an earlier price that nobody asked: only a change of the variant writes one.

    A row dated back would hide a low price as well as one that is taken away.
    """
    return pgtrigger.Protect(
        name="prices_are_written_as_they_change",
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("pg_trigger_depth() < 1"),
    )


def prices_stay_with_what_is_sold() -> pgtrigger.Trigger:
    """Refuse at the commit to take earlier prices away from a variant that is still there.

    Django deletes what hangs on a row before the row itself, so it is asked at the very end
    whether the variant went as well.
    """
    return pgtrigger.Trigger(
        name="prices_stay_with_what_is_sold",
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        timing=pgtrigger.Deferred,
        func="""
        IF EXISTS (SELECT FROM orders_variant WHERE id = OLD.variant_id) THEN
            RAISE EXCEPTION 'earlier prices of what is sold are never taken away'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'prices_stay_with_what_is_sold';
        END IF;
        RETURN NULL;
        """,
    )


def what_a_campaign_asked_stays() -> pgtrigger.Trigger:
    """Refuse to rewrite what a campaign has asked: it can end sooner or later, and no more.

    A minute is forgiven between the clock of whoever plans and that of the database.
    """
    return pgtrigger.Trigger(
        name="what_a_campaign_asked_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.planned_at IS NOT NULL OR NEW.planned_at IS NOT NULL"),
        declare=[("past", "timestamptz")],
        func="""
        past := now() - interval '1 minute';
        IF OLD.planned_at IS NULL THEN
            IF NEW.begins_at < past THEN
                RAISE EXCEPTION 'a campaign begins no sooner than it is planned'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'campaign_is_not_dated_back';
            END IF;
            RETURN NEW;
        END IF;
        IF NEW.planned_at IS NOT NULL AND (
               ROW(OLD.percent, OLD.fixed_price, OLD.planned_at, OLD.begins_at)
               IS DISTINCT FROM ROW(NEW.percent, NEW.fixed_price, NEW.planned_at, NEW.begins_at))
           OR OLD.begins_at <= now() AND NEW.planned_at IS NULL
           OR OLD.ends_at <> NEW.ends_at AND (OLD.ends_at < past OR NEW.ends_at < past) THEN
            RAISE EXCEPTION 'what a campaign has asked stays'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'what_a_campaign_asked_stays';
        END IF;
        RETURN NEW;
        """,
    )


def begun_campaigns_stay() -> pgtrigger.Trigger:
    """Refuse to take away a campaign whose prices have been asked."""
    return pgtrigger.Protect(
        name="begun_campaigns_stay",
        operation=pgtrigger.Delete,
        condition=pgtrigger.Condition("OLD.planned_at IS NOT NULL AND OLD.begins_at <= now()"),
    )


def asked_prices_stay() -> pgtrigger.Trigger:
    """Refuse at the commit to take away a price that a campaign has asked, while both are there."""
    return pgtrigger.Trigger(
        name="asked_prices_stay",
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        timing=pgtrigger.Deferred,
        func="""
        IF EXISTS (SELECT FROM orders_variant WHERE id = OLD.variant_id)
           AND EXISTS (SELECT FROM orders_campaign WHERE id = OLD.campaign_id
                       AND planned_at IS NOT NULL AND begins_at <= now()) THEN
            RAISE EXCEPTION 'what a campaign has asked stays'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'asked_prices_stay';
        END IF;
        RETURN NULL;
        """,
    )


def value_fits_its_attribute() -> pgtrigger.Trigger:
    """Refuse an option of another attribute, a value of another kind, a foreign variant."""
    return pgtrigger.Trigger(
        name="value_fits_its_attribute",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("kind", "text"), ("fits", "boolean")],
        func="""
        SELECT a.kind INTO kind FROM orders_attribute a WHERE a.id = NEW.attribute_id;
        fits := CASE kind
            WHEN 'choice' THEN EXISTS (
                SELECT 1 FROM orders_attributeoption o
                WHERE o.id = NEW.option_id AND o.attribute_id = NEW.attribute_id)
            WHEN 'number' THEN NEW.number IS NOT NULL
            WHEN 'boolean' THEN NEW.truth IS NOT NULL
            ELSE NEW.text_fi <> ''
        END;
        IF fits AND NEW.variant_id IS NOT NULL THEN
            fits := EXISTS (SELECT 1 FROM orders_variant v
                            WHERE v.id = NEW.variant_id AND v.product_id = NEW.product_id);
        END IF;
        IF NOT fits THEN
            RAISE EXCEPTION 'the value does not fit its attribute'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'value_fits_its_attribute';
        END IF;
        RETURN NEW;
        """,
    )


def plan_is_of_a_service() -> pgtrigger.Trigger:
    """Let nothing but a service be sold by the period."""
    return pgtrigger.Trigger(
        name="plan_is_of_a_service",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            PERFORM 1 FROM orders_product WHERE id = NEW.product_id AND kind = 'service';
            IF NOT FOUND THEN
                RAISE EXCEPTION 'only services go on by the period'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_is_of_a_service';
            END IF;
            RETURN NEW;
        """,
    )


def ware_is_of_a_digital_product() -> pgtrigger.Trigger:
    """Let files be laid to digital products alone, and to variants of their own product."""
    return pgtrigger.Trigger(
        name="ware_is_of_a_digital_product",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            PERFORM 1 FROM orders_product WHERE id = NEW.product_id AND kind = 'digital';
            IF NOT FOUND THEN
                RAISE EXCEPTION 'only digital products have files to download'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ware_is_of_a_digital_product';
            END IF;
            IF NEW.variant_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM orders_variant
                WHERE id = NEW.variant_id AND product_id = NEW.product_id
            ) THEN
                RAISE EXCEPTION 'the variant is of another product'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ware_is_of_its_own_variant';
            END IF;
            RETURN NEW;
        """,
    )


def what_was_sold_keeps_a_ware() -> pgtrigger.Trigger:
    """Refuse at the commit to leave a buyer without any file of what was bought.

    Asked at the very end, so that a file can be taken away once another stands in its place.
    """
    return pgtrigger.Trigger(
        name="what_was_sold_keeps_a_ware",
        when=pgtrigger.After,
        operation=pgtrigger.Update | pgtrigger.Delete,
        timing=pgtrigger.Deferred,
        func="""
        IF EXISTS (
            SELECT FROM orders_orderline sold
                JOIN orders_order bought ON bought.id = sold.order_id
                JOIN orders_variant wanted ON wanted.id = sold.variant_id
            WHERE wanted.product_id = OLD.product_id
                AND (OLD.variant_id IS NULL OR wanted.id = OLD.variant_id)
                AND sold.kind = 'digital' AND bought.status <> 'cancelled'
                AND NOT EXISTS (
                    SELECT FROM orders_ware left_one
                    WHERE left_one.product_id = wanted.product_id
                        AND (left_one.variant_id IS NULL OR left_one.variant_id = wanted.id)
                )
        ) THEN
            RAISE EXCEPTION 'somebody has bought what would have no file any more'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'what_was_sold_keeps_a_ware';
        END IF;
        RETURN NULL;
        """,
    )


def booked_is_a_service() -> pgtrigger.Trigger:
    """Let nothing but a service be sold by appointment."""
    return pgtrigger.Trigger(
        name="booked_is_a_service",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            PERFORM 1 FROM orders_product WHERE id = NEW.product_id AND kind = 'service';
            IF NOT FOUND THEN
                RAISE EXCEPTION 'only services are sold by appointment'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'booked_is_a_service';
            END IF;
            RETURN NEW;
        """,
    )


def places_go_by_promises_only() -> pgtrigger.Trigger:
    """Refuse to change by hand how many places are gone: holds and bookings do that.

    A statement from outside runs at trigger depth 1, one from another trigger deeper.
    """
    return pgtrigger.Trigger(
        name="places_go_by_promises_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
        IF pg_trigger_depth() > 1 THEN
            RETURN NEW;
        END IF;
        IF (TG_OP = 'INSERT' AND (NEW.held <> 0 OR NEW.taken <> 0))
           OR (TG_OP = 'UPDATE' AND (NEW.held <> OLD.held OR NEW.taken <> OLD.taken)) THEN
            RAISE EXCEPTION 'places go by holds and bookings only'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'places_go_by_promises_only';
        END IF;
        RETURN NEW;
        """,
    )


def a_promised_time_stays() -> pgtrigger.Trigger:
    """Refuse to shift a time of which somebody has a place: the buyer moves, not the time."""
    return pgtrigger.Protect(
        name="a_promised_time_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.held + OLD.taken > 0 AND ROW(OLD.calendar_id, OLD.starts_at, OLD.ends_at)"
            " IS DISTINCT FROM ROW(NEW.calendar_id, NEW.starts_at, NEW.ends_at)"
        ),
    )


def catalogue_changed_by_places(few: int) -> pgtrigger.Trigger:
    """Raise the catalogue's version when a shopper would see that places have gone or come."""
    was, now = "(OLD.places - OLD.held - OLD.taken)", "(NEW.places - NEW.held - NEW.taken)"
    return catalogue_changed(
        pgtrigger.Condition(
            "ROW(OLD.is_open, OLD.starts_at, OLD.ends_at, OLD.calendar_id) IS DISTINCT FROM"
            " ROW(NEW.is_open, NEW.starts_at, NEW.ends_at, NEW.calendar_id)"
            f" OR ({was} <> {now} AND least({was}, {now}) <= {few})"
        )
    )


def catalogue_changed_by_times() -> pgtrigger.Trigger:
    """Raise the catalogue's version when times have been made or taken away."""
    return pgtrigger.Trigger(
        name="catalogue_changed_by_times",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Delete,
        timing=pgtrigger.Deferred,
        func=_BUMP,
    )
