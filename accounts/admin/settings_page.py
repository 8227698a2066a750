"""The page of an app's numbers that the owner may change, and who changed them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse

from accounts.selectors import list_acts
from accounts.services import save_settings, web_actor
from project.admin import OneRowAdmin

CHANGES_SHOWN = 20


class SettingsAdmin(OneRowAdmin):
    """`labels` names the numbers, on the form and in their history."""

    labels: ClassVar[Mapping[str, str]] = {}
    change_form_outer_after_template = "admin/settings_history.html"

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        save_settings(obj, actor=web_actor(request.user))

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return super().get_form(request, obj, change, **{"labels": self.labels, **kwargs})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        history = {"settings_history": self._list_changes()}
        answer: HttpResponse = super().change_view(
            request, object_id, form_url, {**history, **(extra_context or {})}
        )
        return answer

    def _list_changes(self) -> list[dict[str, Any]]:
        """Each save with its numbers by their names: who reads them has never seen a column."""
        return [
            {
                "created_at": act.created_at,
                "actor_label": act.actor_label,
                "changes": [
                    (self._name(field), *map(_write, before_and_after))
                    for field, before_and_after in act.details.get("changes", {}).items()
                ],
            }
            for act in list_acts(f"{self.opts.app_label}.settings", limit=CHANGES_SHOWN)
        ]

    def _name(self, field: str) -> str:
        """A number that is no longer there keeps the name it had."""
        return self.labels.get(field) or field.replace("_", " ").capitalize()


def _write(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_write, value))
    return f"{value:,}" if type(value) is int else str(value)
