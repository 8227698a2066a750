"""The highest group: whoever is put into Creator is a superuser too."""

from django.contrib.auth.models import User
from django.db import transaction

from project.permissions import CREATOR

from .audit import Actor, record


@transaction.atomic
def sync_creator(*, user: User, actor: Actor) -> bool:
    """Gives a user of the group Creator the superuser flag; True when it was not set before.

    Called after the staff form is saved, which lets only superusers change groups. The flag
    is never taken here: leaving the group must not lock the last superuser out unasked.
    """
    if user.is_superuser or not user.groups.filter(name=CREATOR).exists():
        return False
    user.is_superuser = user.is_staff = True
    user.save(update_fields=["is_superuser", "is_staff"])
    record("staff.creator", actor=actor, target=user)
    return True
