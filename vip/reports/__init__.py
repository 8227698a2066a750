"""The owner's figures of VIP: what it brings in, who renews, and who is VIP.

Days that are over are summed once and kept (project/day_totals.py): a report over a year
reads a few hundred rows, and of the history of grants today's alone.
"""
