"""A schedule whose one job is due each second."""

from rq import cron


def tick() -> None:
    return


cron.register(tick, "low", cron="* * * * * */1")
