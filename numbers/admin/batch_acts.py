"""What can be done with a whole batch: each act has a page that asks first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.services import Actor, web_actor
from numbers import services
from numbers.models import Batch, BatchJob
from project.errors import Refusal

from .words import say_refusal


@dataclass(frozen=True, slots=True)
class BatchAct:
    """`hint` says what will happen, `done` what has; it is offered in `states` only."""

    label: str
    permission: str
    hint: str
    done: str
    run: Callable[[int, Actor], int]
    states: tuple[str, ...] = (Batch.State.ACTIVE, Batch.State.DISABLED)
    style: str = "main"
    # A large batch leaves in the background.
    removes: bool = False


def _delete(batch_id: int, actor: Actor) -> int:
    return services.delete_batch(batch_id=batch_id, actor=actor, now=timezone.now())


def _begin(batch: Batch, act: BatchAct, actor: Actor) -> BatchJob:
    return services.begin_removal(
        batch_id=batch.pk, is_undo=act is ACTS["undo"], actor=actor, now=timezone.now()
    )


ACTS = {
    "disable": BatchAct(
        "Disable",
        "numbers.change_batch",
        "Its free numbers leave the draw. Numbers that members hold stay theirs to the end.",
        "{count} numbers are out of the draw.",
        lambda batch_id, actor: services.disable_batch(batch_id=batch_id, actor=actor),
        states=(Batch.State.ACTIVE,),
    ),
    "enable": BatchAct(
        "Enable",
        "numbers.change_batch",
        "Its numbers come back into the draw.",
        "{count} numbers are back in the draw.",
        lambda batch_id, actor: services.enable_batch(batch_id=batch_id, actor=actor),
        states=(Batch.State.DISABLED,),
    ),
    "undo": BatchAct(
        "Undo the import",
        "numbers.delete_batch",
        "The batch, its numbers and its file go, as if it had never been imported. "
        "Refused once a member has held one of them.",
        "The import was undone: {count} numbers removed.",
        lambda batch_id, actor: services.undo_batch(batch_id=batch_id, actor=actor),
        style="bad",
        removes=True,
    ),
    "remove": BatchAct(
        "Delete",
        "numbers.delete_batch",
        "Its numbers leave the stock for good. Those that members have held stay in the history, "
        "out of every draw. Refused while a member holds one.",
        "The batch was deleted: {count} numbers removed.",
        _delete,
        style="bad",
        removes=True,
    ),
}


def confirm(request: HttpRequest, pk: int, name: str, site: Any, opts: Any) -> HttpResponse:
    act, batch = ACTS.get(name), get_object_or_404(Batch.objects.select_related("pool"), pk=pk)
    if act is None:
        raise Http404
    if not request.user.has_perm(act.permission):
        raise PermissionDenied
    back = reverse("admin:numbers_batch_change", args=[pk])
    if batch.state not in act.states:
        messages.error(request, f"This batch is {batch.get_state_display().lower()} already.")
        return redirect(back)
    if request.method == "POST":
        return _carry_out(request, batch, act, back)
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": act.label,
        "heading": f"{act.label}: {batch.original_name} ({batch.pool})",
        "hint": act.hint,
        "label": act.label,
        "style": act.style,
        "back": back,
    }
    return TemplateResponse(request, "admin/confirm.html", context)


def is_offered(request: HttpRequest, name: str, batch_id: Any) -> bool:
    """Whether the button of the act is shown; without a batch, whether it ever is."""
    act = ACTS[name]
    if not request.user.has_perm(act.permission):
        return False
    # It comes from the address, where anything may stand.
    if batch_id is not None and not str(batch_id).isdecimal():
        return False
    return batch_id is None or Batch.objects.filter(pk=batch_id, state__in=act.states).exists()


def _carry_out(request: HttpRequest, batch: Batch, act: BatchAct, back: str) -> HttpResponse:
    try:
        if act.removes and batch.accepted_count > services.REMOVED_AT_ONCE_MAX:
            job = _begin(batch, act, web_actor(request.user))
            return redirect("admin:numbers_batch_job", job.pk)
        count = act.run(batch.pk, web_actor(request.user))
    except Refusal as refusal:
        messages.error(request, say_refusal(refusal))
        return redirect(back)
    messages.success(request, act.done.format(count=f"{count:,}"))
    is_there = Batch.objects.filter(pk=batch.pk).exists()
    return redirect(back if is_there else "admin:numbers_batch_changelist")
