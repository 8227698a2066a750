"""Ways to videos, for members and for the staff who publish them."""

from django.utils.translation import gettext_lazy as _

from botrunner.routes.command import Command, Screen
from botrunner.screens import publish, videos

COMMANDS = (
    Command(
        name="videos",
        screen=videos.show_next,
        summary=_("The next video you have not seen"),
        topic="vip",
        aliases=("video",),
        in_groups=False,
    ),
)

BUTTONS: dict[str, Screen] = {
    "videos": videos.show_next,
    "videos.again": videos.show_same,
    "videos.report": videos.ask_reason,
    "videos.report.go": videos.report,
    "video.publish": publish.publish,
    "video.take_down": publish.take_down,
    "video.cancel": publish.cancel,
}
