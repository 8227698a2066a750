"""Staff users and their groups, in unfold's forms."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin.sessions import NEW_PASSWORD
from accounts.services import (
    end_other_sessions,
    record,
    remove_second_factor,
    sync_creator,
    web_actor,
)

GROUPS_HELP = (
    "Junior sees. Senior also bans, gives points and VIP, and imports numbers. Chief also changes "
    "settings and prices, and gives to all. Creator becomes a superuser."
)

admin.site.unregister(User)
admin.site.unregister(Group)


class AuditedAdmin(ModelAdmin):  # type: ignore[misc]
    """Who handed out which rights stands in the audit, in the transaction of the change."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record("add", request, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        parts = [part["changed"] for part in message if "changed" in part]
        self._record("change", request, obj, fields=[n for part in parts for n in part["fields"]])
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._record("delete", request, obj)
        return super().log_deletions(request, queryset)

    def _record(self, act: str, request: HttpRequest, obj: Any, **details: Any) -> None:
        if isinstance(obj, User):
            details["groups"] = sorted(group.name for group in obj.groups.all())
        action = f"{self.opts.model_name}.{act}"
        record(action, actor=web_actor(request.user), target=obj, **details)


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    """Only a superuser makes superusers or hands out permissions."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = [
        "username",
        "shown_groups",
        "shown_member",
        "shown_factor",
        "is_active",
        "last_login",
    ]
    list_filter = ["is_active", "is_superuser", "groups"]
    list_select_related = ["member", "second_factor"]
    actions = ["reset_second_factor"]
    # Everybody has a password here: the choice of none is for other ways to log in.
    add_fieldsets = [(None, {"fields": ["username", "password1", "password2"]})]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email", "shown_member"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        ("Times", {"fields": ["last_login", "date_joined"]}),
    ]
    filter_horizontal = ()
    readonly_fields = ["shown_member", "last_login", "date_joined"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        return (
            fields if request.user.is_superuser else [*fields, "is_superuser", "is_staff", "groups"]
        )

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
            kwargs["help_text"] = GROUPS_HELP
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        # Accounts made here are for the dashboard: members need none.
        if not change and request.user.is_superuser:
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        sync_creator(user=form.instance, actor=web_actor(request.user))

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Whoever is logged in with the old one is out at once."""
        with transaction.atomic():
            answer: HttpResponse = super().user_change_password(request, id, form_url)
            user = self.get_object(request, unquote(id))
            if request.method == "POST" and answer.status_code == 302 and user:
                own = request.session.session_key if user.pk == request.user.pk else ""
                end_other_sessions(
                    user=user,
                    kept_key=own or "",
                    actor=web_actor(request.user),
                    reason=NEW_PASSWORD,
                )
        return answer

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        # Else a password set for a superuser would make one of whoever may edit users.
        return allowed and (request.user.is_superuser or not (obj and obj.is_superuser))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (request.user.is_superuser or not (obj and obj.is_superuser))

    @admin.action(description="Reset the second step of the login", permissions=["reset"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For who has lost phone and recovery codes; he enrols again."""
        actor = web_actor(request.user)
        # One's own takes a code: else whoever finds an open browser turns it off.
        others = [user for user in queryset if user.pk != request.user.pk]
        done = sum(remove_second_factor(user=user, actor=actor) for user in others)
        messages.success(request, f"Reset for {done} of {len(others)} other users.")

    def has_reset_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    @display(description="second step", boolean=True)
    def shown_factor(self, user: User) -> bool:
        return hasattr(user, "second_factor")

    @display(description="groups")
    def shown_groups(self, user: User) -> str:
        if user.is_superuser:
            return "Superuser"
        return ", ".join(group.name for group in user.groups.all()) or "None"

    @display(description="Telegram", empty_value="Not linked")
    def shown_member(self, user: User) -> str | None:
        member = getattr(user, "member", None)
        if member is None:
            return None
        url = reverse("admin:accounts_member_change", args=[member.pk])
        return format_html('<a class="th-link" href="{}">{}</a>', url, member.display_name)


@admin.register(Group)
class GroupAdmin(AuditedAdmin, DjangoGroupAdmin):
    """Changed by superusers only: who edits groups could give himself every right."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)
