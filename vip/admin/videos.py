"""Videos: published and taken down here too, set aside and put back; who sees them how often."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.decorators import display

from accounts.services import web_actor
from project.admin import PeriodFilter, ReadOnlyAdmin, TallyAdmin
from project.errors import Refusal
from project.kept import keep
from vip.admin.video_form import VideoForm
from vip.models import Video, VideoDay, VideoReport
from vip.services import handle_reports, next_number, put_back_video, save_video
from vip.video_figures import read_video, read_videos
from vip.words import say_refusal

STATES = {
    "shown": ("Shown", Q(place__isnull=False)),
    "file": ("Telegram refuses the file", Q(aside_cause=Video.Aside.FILE)),
    "reports": ("Reported by members", Q(aside_cause=Video.Aside.REPORTS)),
    "down": ("Taken down", Q(is_active=False, published_at__isnull=False)),
    "draft": ("Not published yet", Q(published_at=None)),
}


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        aside = ("aside", "Set aside")
        return [aside, *((name, label) for name, (label, _condition) in STATES.items())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Video]) -> QuerySet[Video]:
        if self.value() == "aside":
            # Index video_aside.
            return queryset.filter(aside_at__isnull=False)
        found = STATES.get(self.value() or "")
        return queryset.filter(found[1]) if found else queryset


def _sum(name: str) -> Subquery:
    """Of a video's days, for the few videos of one page."""
    days = VideoDay.objects.filter(video=OuterRef("pk")).order_by().values("video")
    return Subquery(days.annotate(total=Sum(name)).values("total"))


@admin.register(Video)
class VideoAdmin(TallyAdmin):
    form = VideoForm
    list_display = [
        "shown_number",
        "shown_title",
        "shown_tags",
        "shown_state",
        "shown_views",
        "shown_viewers",
        "shown_length",
        "published_at",
    ]
    list_filter = [StateFilter, ("published_at", PeriodFilter)]
    ordering = ["-number"]
    sortable_by = ["shown_number"]
    search_fields = ["=number", "title__icontains", "tags__icontains"]
    search_help_text = "Number, or words of the title or the tags"
    actions = ["put_back"]
    list_before_template = "admin/vip/videos.html"
    change_form_outer_after_template = "admin/vip/video.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Video]:
        videos: QuerySet[Video] = super().get_queryset(request)
        return videos.annotate(views=_sum("views"), viewers=_sum("viewers"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # Sums over all videos' days: every search and sorting of the list would make them anew.
        figures = keep("vip.videos", lambda: read_videos(timezone.now()))
        context = {"videos": figures, **(extra_context or {})}
        return super().changelist_view(request, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        figures = read_video(object_id, timezone.now())
        may_change = self.has_change_permission(request)
        context = {"figures": figures, "may_put_back": may_change, **(extra_context or {})}
        answer: HttpResponse = super().change_view(request, object_id, form_url, context)
        return answer

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"number": next_number(), **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # What was shown stays named in views and reports: a video is taken down.
        return False

    def save_model(self, request: HttpRequest, obj: Video, form: Any, change: bool) -> None:
        save_video(obj, actor=web_actor(request.user), now=timezone.now())

    @display(description="number", ordering="number")
    def shown_number(self, video: Video) -> str:
        return f"No. {video.number}"

    @display(description="title", empty_value="—")
    def shown_title(self, video: Video) -> str:
        return video.title

    @display(description="tags", empty_value="—")
    def shown_tags(self, video: Video) -> str:
        return video.hashtags

    @display(
        description="state",
        label={"Shown": "success", "Telegram refuses the file": "danger"}
        | {"Reported by members": "danger", "Taken down": "info", "Not published yet": "warning"},
    )
    def shown_state(self, video: Video) -> str:
        if video.aside_at is not None:
            return video.get_aside_cause_display()
        if video.is_shown:
            return "Shown"
        return "Taken down" if video.published_at else "Not published yet"

    @display(description="views")
    def shown_views(self, video: Any) -> str:
        return f"{video.views or 0:,}"

    @display(description="viewers")
    def shown_viewers(self, video: Any) -> str:
        return f"{video.viewers or 0:,}"

    @display(description="length", empty_value="—")
    def shown_length(self, video: Video) -> str | None:
        return str(timedelta(seconds=video.seconds)) if video.seconds else None

    @admin.action(description="Put the chosen back", permissions=["change"])
    def put_back(self, request: HttpRequest, queryset: QuerySet[Video]) -> None:
        aside = queryset.filter(aside_at__isnull=False).values_list("pk", flat=True)
        done = [self._put_back(request, video_id) for video_id in list(aside)]
        messages.success(request, f"Put back: {sum(done)}.")

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<int:video_id>/put-back/",
            self.admin_site.admin_view(self.put_this_back),
            name="vip_video_put_back",
        )
        return [page, *super().get_urls()]

    def put_this_back(self, request: HttpRequest, video_id: int) -> HttpResponse:
        """The button on the video's page."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST" and self._put_back(request, video_id):
            messages.success(request, "Put back.")
        return redirect("admin:vip_video_change", video_id)

    def _put_back(self, request: HttpRequest, video_id: int) -> bool:
        actor = web_actor(request.user)
        try:
            put_back_video(video_id=video_id, actor=actor, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, say_refusal(refusal))
            return False
        return True


class HandledFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Waiting"), ("handled", "Dealt with")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[VideoReport]
    ) -> QuerySet[VideoReport]:
        if self.value() == "open":
            # Index video_report_open.
            return queryset.filter(handled_at=None)
        return queryset.exclude(handled_at=None) if self.value() == "handled" else queryset


@admin.register(VideoReport)
class VideoReportAdmin(ReadOnlyAdmin):
    list_display = ["shown_video", "shown_reason", "shown_member", "shown_time", "shown_state"]
    list_filter = [HandledFilter, "reason"]
    list_select_related = ["video", "member"]
    # By the primary key, which reports of all states have in common.
    ordering = ["-id"]
    sortable_by: list[str] = []
    search_fields = ["=video__number"]
    search_help_text = "Number of a video"
    fields = ["video", "member", "reason", "created_at", "handled_at", "handled_by"]
    actions = ["handle"]

    @display(description="video")
    def shown_video(self, report: VideoReport) -> str:
        return str(report.video)

    @display(description="what", label=True)
    def shown_reason(self, report: VideoReport) -> str:
        return report.get_reason_display()

    @display(description="who")
    def shown_member(self, report: VideoReport) -> str:
        return report.member.display_name

    @display(description="when")
    def shown_time(self, report: VideoReport) -> datetime:
        return report.created_at

    @display(description="state", label={"Waiting": "warning", "Dealt with": "success"})
    def shown_state(self, report: VideoReport) -> str:
        return "Dealt with" if report.handled_at else "Waiting"

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("vip.change_videoreport"))

    @admin.action(description="All reports of these videos are dealt with", permissions=["handle"])
    def handle(self, request: HttpRequest, queryset: QuerySet[VideoReport]) -> None:
        actor, now = web_actor(request.user), timezone.now()
        videos = set(queryset.values_list("video", flat=True))
        count = sum(handle_reports(video_id=video, actor=actor, now=now) for video in videos)
        messages.success(request, f"Dealt with: {count}.")
