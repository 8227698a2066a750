"""What staff read when a service refuses."""

import project.words
from project.errors import Refusal

WORDS = {
    "below_zero": "The balance does not reach: it would fall below zero.",
    "reason_required": "Give a reason.",
    "nobody_to_give": "Nobody of those can receive anything.",
    "member_gone": "A member has deleted their data and can receive nothing.",
    "not_reversible": "This entry was reversed already, or is a reversal itself.",
    "invalid_amount": "Give a whole number other than 0 in plain digits, such as 50 or -50.",
    "game_over": "This game is over already: nothing is left to return.",
    "receiver_frozen": "A member is banned or frozen and can receive nothing.",
    "already_provider": "There is nobody among them who is not a provider already.",
    "not_a_provider": "This member is no provider, or no longer.",
    "vouch_voided": "This vouch was voided already.",
    "vouch_spent": "{name} has spent what the vouch brought: {missing:,} of {points:,} points are "
    "missing. Give them on the member's page first, then void the vouch.",
    "own_game": "You play in this game yourself: ask somebody else to end it.",
    "key_reused": "This form was sent already: open it again.",
}
# What can be done instead.
IRREVERSIBLE = {
    "game_stake": "A stake is not reversed by itself: end the game and refund it while it is "
    "unfinished; of a finished one, give points with a reason.",
    "game_refund": "The return of a stake is not reversed: the member would have staked for "
    "nothing. Take points with a reason if need be.",
    "vouch": "The points of a vouch are taken back by voiding the vouch.",
    "vip": "Points paid for VIP are not reversed by themselves: the VIP would stay. Revoke it on "
    "the page of the member who has it, then give the points back to who paid, with a reason.",
    "stars": "Points bought with Stars are taken back by refunding the Stars.",
    "stars_refund": "The Stars were given back: give points with a reason if need be.",
    "stars_return": "Points bought with Stars are taken back by refunding the Stars.",
}


def say_refusal(refusal: Refusal) -> str:
    if refusal.code == "not_reversible" and refusal.params.get("kind") in IRREVERSIBLE:
        return IRREVERSIBLE[refusal.params["kind"]]
    return project.words.say_refusal(refusal, WORDS)
