"""What the ledger check asks of vouches."""

# The entries of a vouch, with what took them back, against what it says it brought.
_PAID = """
    SELECT v.id AS vouch, COALESCE(e.amount, 0) + COALESCE(r.amount, 0) AS found,
        CASE WHEN v.voided_at IS NULL THEN v.{side}_points ELSE 0 END AS expected
    FROM points_vouch v
    LEFT JOIN points_entry e ON e.kind = 'vouch' AND e.key = 'vouch:' || v.id || ':{side}'
    LEFT JOIN points_entry r ON r.reverses_id = e.id
    WHERE COALESCE(e.amount, 0) + COALESCE(r.amount, 0)
        <> CASE WHEN v.voided_at IS NULL THEN v.{side}_points ELSE 0 END
"""

VOUCH_QUESTIONS = {
    "vouch_paid_its_provider_wrong": _PAID.format(side="provider"),
    "vouch_paid_its_author_wrong": _PAID.format(side="author"),
    "vouches_of_provider_miscounted": """
        SELECT p.member_id AS provider, p.vouch_count AS found, COALESCE(v.holding, 0) AS expected
        FROM points_vouchprovider p LEFT JOIN (
            SELECT provider_id, COUNT(*) AS holding FROM points_vouch
            WHERE voided_at IS NULL GROUP BY provider_id
        ) v ON v.provider_id = p.member_id
        WHERE p.vouch_count <> COALESCE(v.holding, 0)
    """,
}
