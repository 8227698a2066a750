"""What the frame itself keeps: the charts' sums of days that are over."""

from django.db import models


class DayTotal(models.Model):
    """A chart's figures of one day that is over. Can be deleted: it is made again."""

    chart = models.CharField(max_length=40)
    day = models.DateField()
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chart", "day"], name="day_total_once"),
        ]

    def __str__(self) -> str:
        return f"{self.chart} {self.day}"
