"""What the ledger check asks of items: the same as of wallets."""

ITEM_QUESTIONS = {
    "quantity_is_not_the_sum": """
        SELECT i.id AS item, i.quantity AS found, COALESCE(s.total, 0) AS expected
        FROM points_item i LEFT JOIN (
            SELECT item_id, SUM(change) AS total FROM points_itementry GROUP BY item_id
        ) s ON s.item_id = i.id
        WHERE i.quantity <> COALESCE(s.total, 0)
    """,
    "item_chain_is_broken": """
        SELECT item_id AS item, id AS entry, quantity_after AS found, expected FROM (
            SELECT item_id, id, quantity_after, change + COALESCE(
                LEAD(quantity_after) OVER (PARTITION BY item_id ORDER BY id DESC), 0
            ) AS expected FROM points_itementry
        ) chain WHERE quantity_after <> expected
    """,
    "quantity_is_negative": """
        SELECT id AS item, quantity AS found FROM points_item WHERE quantity < 0
    """,
    "item_entry_is_negative": """
        SELECT item_id AS item, id AS entry, quantity_after AS found
        FROM points_itementry WHERE quantity_after < 0
    """,
}
