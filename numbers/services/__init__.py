"""Everything that may be done with numbers. Other apps import from here."""

from numbers.arrivals import SmsArrival

from .background import begin_import, continue_import, take_step
from .batch_jobs import (
    begin_attempt,
    cancel_job,
    claim_quiet_jobs,
    end_attempt,
    open_job,
    retry_job,
    wake_batch_worker,
)
from .batches import delete_batch, disable_batch, enable_batch, undo_batch
from .blocking import block_sender, unblock_sender
from .counting import fold_counts, rebuild_stock, verify_stock
from .drawing import free_rested
from .events import handle_due_events, key_of, retry_event, store_events, try_event
from .health import WRONG_SIGNATURE, Trouble, forget_failure, note_failure
from .imports import (
    AT_ONCE_BYTES_MAX,
    COMMAND_BYTES_MAX,
    FORM_BYTES_MAX,
    REJECTIONS_TOLD_MAX,
    load_file,
    preview_file,
)
from .lease import (
    change_number,
    extend_lease,
    lease_number,
    release_lease,
    settle_expired,
)
from .legacy import load_legacy_file, preview_legacy_file
from .polling import PollResult, ask_provider, claim_polls, take_poll
from .queue import (
    forget_late_waits,
    join_queue,
    leave_queue,
    list_queued_pools,
    serve_queue,
)
from .removal import REMOVED_AT_ONCE_MAX, begin_removal, continue_removal
from .retention import purge_events, purge_texts
from .rules import accept_rules
from .sms import receive_sms, resend_sms
from .trials import Trial, ask_for_trial, note_trial, read_trial
from .upkeep import draft_pool, renew_secret, save_upkeep

__all__ = [
    "AT_ONCE_BYTES_MAX",
    "COMMAND_BYTES_MAX",
    "FORM_BYTES_MAX",
    "REJECTIONS_TOLD_MAX",
    "REMOVED_AT_ONCE_MAX",
    "WRONG_SIGNATURE",
    "PollResult",
    "SmsArrival",
    "Trial",
    "Trouble",
    "accept_rules",
    "ask_for_trial",
    "ask_provider",
    "begin_attempt",
    "begin_import",
    "begin_removal",
    "block_sender",
    "cancel_job",
    "change_number",
    "claim_polls",
    "claim_quiet_jobs",
    "continue_import",
    "continue_removal",
    "delete_batch",
    "disable_batch",
    "draft_pool",
    "enable_batch",
    "end_attempt",
    "extend_lease",
    "fold_counts",
    "forget_failure",
    "forget_late_waits",
    "free_rested",
    "handle_due_events",
    "join_queue",
    "key_of",
    "lease_number",
    "leave_queue",
    "list_queued_pools",
    "load_file",
    "load_legacy_file",
    "note_failure",
    "note_trial",
    "open_job",
    "preview_file",
    "preview_legacy_file",
    "purge_events",
    "purge_texts",
    "read_trial",
    "rebuild_stock",
    "receive_sms",
    "release_lease",
    "renew_secret",
    "resend_sms",
    "retry_event",
    "retry_job",
    "save_upkeep",
    "serve_queue",
    "settle_expired",
    "store_events",
    "take_poll",
    "take_step",
    "try_event",
    "unblock_sender",
    "undo_batch",
    "verify_stock",
    "wake_batch_worker",
]
