"""What staff read when a service refuses."""

from project.errors import Refusal

WORDS = {
    "batch_busy": "{kind} is under way ({percent} %). Wait for its end, or cancel it.",
    "batch_leased": "Members hold {count} of its numbers right now. Disable it, and wait.",
    "batch_used": "{count} of its numbers were held by members before: delete it instead.",
    "file_refused": "{words}",
}


def say_refusal(refusal: Refusal) -> str:
    return WORDS.get(refusal.code, f"Refused: {refusal.code}").format(**refusal.params)
