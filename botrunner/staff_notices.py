"""What the people in charge are told of the installation itself."""

from typing import TYPE_CHECKING

from botrunner.replies import Reply, render
from project.backups.runs import find_run
from project.incidents import find_incident

if TYPE_CHECKING:
    from accounts.models import OutboxMessage


def incident_begun(message: "OutboxMessage") -> Reply | None:
    return _tell(message, "staff/incident")


def incident_ended(message: "OutboxMessage") -> Reply | None:
    return _tell(message, "staff/incident_over")


def backup_ended(message: "OutboxMessage") -> Reply | None:
    run = find_run(message.params["run"])
    return Reply(text=render("backup/ended", run=run)) if run else None


def _tell(message: "OutboxMessage", template: str) -> Reply | None:
    incident = find_incident(message.params["incident"])
    return Reply(text=render(template, incident=incident)) if incident else None


MAKERS = {
    "incident.begun": incident_begun,
    "incident.ended": incident_ended,
    "backup.ended": backup_ended,
}
