"""Who is behind a session, with what his login needs, in the one query that is made anyway."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User


class StaffBackend(ModelBackend):
    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("second_factor").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
