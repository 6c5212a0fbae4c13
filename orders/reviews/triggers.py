"""What PostgreSQL itself watches over reviews."""

ONLY_BY_BUYERS = """
    IF NOT EXISTS (
        SELECT 1 FROM orders_order o
        JOIN orders_orderline l ON l.order_id = o.id
        JOIN orders_variant v ON v.id = l.variant_id
        WHERE o.customer_id = NEW.customer_id AND o.status = 'delivered'
            AND v.product_id = NEW.product_id
    ) THEN
        RAISE EXCEPTION 'only who has got the product reviews it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reviews_are_by_buyers';
    END IF;
    RETURN NEW;
"""
"""Nobody reviews what has not been delivered to them; nor does the shop itself."""

ADDED_UP = """
    IF TG_OP <> 'INSERT' AND OLD.state = 'shown' THEN
        UPDATE orders_rating SET reviews = reviews - 1, points = points - OLD.rating
            WHERE product_id = OLD.product_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.state = 'shown' THEN
        INSERT INTO orders_rating (product_id, reviews, points)
            VALUES (NEW.product_id, 1, NEW.rating)
            ON CONFLICT (product_id) DO UPDATE SET
                reviews = orders_rating.reviews + 1,
                points = orders_rating.points + excluded.points;
    END IF;
    RETURN NULL;
"""
"""The product's row of sums is what its published reviews add up to, whoever writes or deletes."""
