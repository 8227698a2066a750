"""Who is there when the sandbox is empty: four members, one group."""

from typing import Any

ANN = 514_208_337
BORIS = 620_915_448
CHLOE = 731_640_592
DALIA = 845_317_206
TALLY_HOUSE = -1_002_148_305_771

MEMBERS: tuple[dict[str, Any], ...] = (
    {
        "id": ANN,
        "first_name": "Ann",
        "last_name": "Walker",
        "username": "ann_walker",
        "language_code": "en",
    },
    {
        "id": BORIS,
        "first_name": "Борис",
        "last_name": "Орлов",
        "username": "boris_orlov",
        "language_code": "ru",
    },
    {
        "id": CHLOE,
        "first_name": "Chloé",
        "last_name": "Moreau",
        "username": "chloe_m",
        "language_code": "fr",
        "is_premium": True,
    },
    {"id": DALIA, "first_name": "داليا", "username": "dalia_h", "language_code": "ar"},
)
GROUP_TITLE = "The Tally House"
