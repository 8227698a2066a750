"""The one list of periodic jobs, read by `manage.py rqcron botrunner.schedule`."""

from django.conf import settings
from rq import cron

from botrunner.jobs import (
    beat,
    drop_old_imports,
    poll_in_place_of_bots,
    purge,
    search_in_place_of_bots,
    wake_quiet_imports,
)
from botrunner.sent_files import wake_quiet_files
from numbers.jobs import (
    check_stock,
    clear_drafts,
    end_expired_leases,
    fold_number_counts,
    free_rested_numbers,
    handle_deliveries,
    purge_sms,
    serve_queues,
    wake_quiet_batches,
)
from points.jobs import (
    end_due_games,
    forget_day_scores,
    forget_group_messages,
    mark_boards,
    refresh_scores,
    verify_ledger,
)
from project.jobs import back_up, clear_sessions, close_chart_days, drill_restore
from vip.jobs import (
    close_report_days,
    count_video_views,
    forget_video_views,
    purge_drafts,
    purge_passes,
    tell_of_endings,
    wake_quiet_orders,
)

cron.register(clear_sessions, "low", cron="17 3 * * *", job_timeout=600)
cron.register(beat, "default", cron="* * * * *", job_timeout=30)
cron.register(poll_in_place_of_bots, "default", cron="* * * * *", job_timeout=50)
cron.register(search_in_place_of_bots, "default", cron="* * * * *", job_timeout=120)
cron.register(purge, "low", cron="41 3 * * *", job_timeout=1800)
cron.register(end_expired_leases, "default", cron="* * * * *", job_timeout=300)
cron.register(free_rested_numbers, "default", cron="* * * * *", job_timeout=300)
cron.register(handle_deliveries, "default", cron="* * * * *", job_timeout=50)
cron.register(end_due_games, "default", cron="* * * * *", job_timeout=300)
cron.register(forget_group_messages, "low", cron="29 * * * *", job_timeout=600)
cron.register(refresh_scores, "default", cron="* * * * *", job_timeout=1800)
cron.register(mark_boards, "low", cron="*/5 * * * *", job_timeout=600)
cron.register(forget_day_scores, "low", cron="11 4 * * *", job_timeout=1800)
cron.register(verify_ledger, "low", cron="37 2 * * *", job_timeout=3600)
cron.register(tell_of_endings, "default", cron="*/5 * * * *", job_timeout=280)
cron.register(wake_quiet_orders, "default", cron="* * * * *", job_timeout=50)
cron.register(count_video_views, "low", cron="*/5 * * * *", job_timeout=600)
cron.register(forget_video_views, "low", cron="53 3 * * *", job_timeout=3600)
cron.register(purge_drafts, "low", cron="23 4 * * *", job_timeout=600)
cron.register(purge_passes, "low", cron="33 4 * * *", job_timeout=1800)
cron.register(back_up, "low", cron=f"*/{settings.BACKUP_EVERY_MINUTES} * * * *", job_timeout=3600)
cron.register(close_chart_days, "low", cron="3 0 * * *", job_timeout=3600)
cron.register(purge_sms, "low", cron="13 3 * * *", job_timeout=3600)
cron.register(serve_queues, "default", cron="* * * * *", job_timeout=300)
cron.register(fold_number_counts, "default", cron="* * * * *", job_timeout=300)
cron.register(check_stock, "low", cron="7 4 * * *", job_timeout=1800)
cron.register(close_report_days, "low", cron="13 0 * * *", job_timeout=3600)
cron.register(wake_quiet_files, "default", cron="* * * * *", job_timeout=50)
cron.register(wake_quiet_batches, "default", cron="* * * * *", job_timeout=50)
cron.register(wake_quiet_imports, "default", cron="* * * * *", job_timeout=50)
cron.register(drop_old_imports, "low", cron="31 * * * *", job_timeout=300)
cron.register(clear_drafts, "low", cron="23 * * * *", job_timeout=300)
cron.register(drill_restore, "low", cron="53 4 * * 1", job_timeout=7200)
