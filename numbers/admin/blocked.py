"""The block list of senders."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.decorators import display

from accounts.services import web_actor
from numbers.models import SENDER_LENGTH_MAX, BlockedSender, fold_sender
from numbers.services import block_sender, unblock_sender
from project.admin import TallyAdmin


class BlockedSenderForm(ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = BlockedSender
        fields = ("name", "is_prefix", "reason")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        folded = fold_sender(name)
        if not folded or len(folded) > SENDER_LENGTH_MAX:
            raise ValidationError("This is no name of a sender.")
        if BlockedSender.objects.filter(folded=folded).exclude(pk=self.instance.pk).exists():
            raise ValidationError("This sender is blocked already.")
        return name


@admin.register(BlockedSender)
class BlockedSenderAdmin(TallyAdmin):
    form = BlockedSenderForm
    list_display = ["name", "shown_kind", "reason", "created_at"]
    search_fields = ["folded__startswith"]
    search_help_text = "How the sender's name begins"

    @display(description="blocks")
    def shown_kind(self, row: BlockedSender) -> str:
        return "All that begin so" if row.is_prefix else "This name"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found: tuple[QuerySet[Any], bool] = super().get_search_results(
            request, queryset, fold_sender(search_term)
        )
        return found

    def save_model(self, request: HttpRequest, obj: BlockedSender, form: Any, change: bool) -> None:
        block_sender(obj, actor=web_actor(request.user))

    def delete_model(self, request: HttpRequest, obj: BlockedSender) -> None:
        unblock_sender(row_id=obj.pk, actor=web_actor(request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[BlockedSender]) -> None:
        for row in queryset:
            self.delete_model(request, row)
