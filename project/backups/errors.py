"""Why there is no new backup, or no use for an old one; each in one sentence."""


class BackupFailed(Exception):
    """The sentence for the operator."""


class BackupBusy(BackupFailed):
    """Another one is being made: nothing is wrong."""

    def __init__(self) -> None:
        super().__init__("Another backup is being made at this moment.")


class RestoreBusy(BackupFailed):
    """Another one would write into the draft that this one has checked, also a forced one."""

    def __init__(self) -> None:
        super().__init__("Another restore is under way at this moment.")


class BucketAway(BackupFailed):
    """The S3 place does not answer or refuses us: what lies there may be as good as ever."""


class LedgerBroken(BackupFailed):
    """The copy is whole, and what it holds does not add up: another disk would not help."""

    def __init__(self, faults: int) -> None:
        super().__init__(f"The ledger of the copy does not add up in {faults} wallets.")


def plain_words(error: Exception) -> str:
    """Without the folders of this machine: it is read in chats too."""
    said = error.strerror if isinstance(error, OSError) else str(error)
    return said or type(error).__name__
