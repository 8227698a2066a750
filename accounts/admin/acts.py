"""What staff do with a member from his page."""

from project.panels import Act

ACTS: tuple[Act, ...] = ()
