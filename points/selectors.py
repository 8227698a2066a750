"""Reads of the points app."""

from points.models import PointsSettings


def get_settings() -> PointsSettings:
    """The editable numbers; the defaults until somebody saves them."""
    return PointsSettings.objects.first() or PointsSettings()
