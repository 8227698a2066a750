"""What staff read when a service refuses."""

from functools import partial

import project.words

WORDS = {
    "batch_busy": "{kind} is under way ({percent} %). Wait for its end, or cancel it.",
    "batch_leased": "Members hold {count} of its numbers right now. Disable it, and wait.",
    "batch_used": "{count} of its numbers were held by members before: delete it instead.",
    "file_refused": "{words}",
}


say_refusal = partial(project.words.say_refusal, words=WORDS)
