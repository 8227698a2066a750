"""What the dashboard and the command line say of a refusal."""

from functools import partial

import project.words

WORDS = {
    "member_not_found": "Nobody called {name} has met the bot.",
    "reason_required": "A reason is needed.",
    "invalid_days": "Days are a whole number from 1 to 36,500.",
    "nobody_to_grant": "Nobody of those can be given VIP.",
    "not_vip": "There is nothing to take back: not VIP any more.",
    "key_reused": "This was used for something else already: start anew.",
    "member_gone": "Who has deleted all data can be given nothing.",
    "invalid_boost": "A boost adds 1 to 1,000 searches a day, until a time ahead.",
    "boost_too_large": "With the +{boost} that run already it would be more than 1,000 a day.",
    "request_answered": "Somebody has answered this already.",
    "invalid_message": "Write at least a word, and at most {length_max:,} characters.",
    "payment_refunded": "This payment was refunded already, or is being refunded.",
    "points_spent": "{name} has spent some of these {points:,} points: {missing:,} are missing. "
    "Tick the box to take what is left and refund the Stars all the same.",
    "unknown_video": "This video is not here any more.",
    "grant_not_allowed": "You may not give VIP to these.",
}


say_refusal = partial(project.words.say_refusal, words=WORDS)
