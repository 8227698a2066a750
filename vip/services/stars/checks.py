"""What verify_ledger asks of Stars: each payment and refund moved exactly its points."""

# By the one-to-one keys to the entries; from the other side by the index entry_of_kind.
LEDGER_QUESTIONS = {
    "stars_credited_something_else": """
        SELECT p.id AS payment, p.member_id AS wallet, p.points AS expected,
            COALESCE(e.amount, 0) AS found
        FROM vip_starpayment p LEFT JOIN points_entry e ON e.id = p.entry_id
            AND e.kind = 'stars' AND e.wallet_id = p.member_id
        WHERE p.points <> COALESCE(e.amount, 0)
    """,
    "stars_entry_without_payment": """
        SELECT e.wallet_id AS wallet, e.id AS entry, e.amount AS found FROM points_entry e
        LEFT JOIN vip_starpayment p ON p.entry_id = e.id
        WHERE e.kind = 'stars' AND p.id IS NULL
    """,
    "stars_refund_took_something_else": """
        SELECT r.id AS refund, p.member_id AS wallet, r.taken AS expected,
            -COALESCE(e.amount, 0) AS found
        FROM vip_starrefund r JOIN vip_starpayment p ON p.id = r.payment_id
        LEFT JOIN points_entry e ON e.id = r.entry_id
            AND e.kind = 'stars_refund' AND e.wallet_id = p.member_id
        WHERE r.taken <> -COALESCE(e.amount, 0)
    """,
    "stars_refused_and_not_returned": """
        SELECT r.id AS refund, p.member_id AS wallet, r.taken AS expected,
            COALESCE(e.amount, 0) AS found
        FROM vip_starrefund r JOIN vip_starpayment p ON p.id = r.payment_id
        LEFT JOIN points_entry e ON e.id = r.return_entry_id
            AND e.kind = 'stars_return' AND e.wallet_id = p.member_id
        WHERE r.state = 'refused' AND r.taken <> COALESCE(e.amount, 0)
    """,
    "stars_refund_entry_without_refund": """
        SELECT e.wallet_id AS wallet, e.id AS entry, e.amount AS found FROM points_entry e
        LEFT JOIN vip_starrefund t ON t.entry_id = e.id
        LEFT JOIN vip_starrefund r ON r.return_entry_id = e.id
        WHERE e.kind IN ('stars_refund', 'stars_return') AND t.id IS NULL AND r.id IS NULL
    """,
}
