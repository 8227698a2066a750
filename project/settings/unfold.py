"""The dashboard's look, its navigation by task, and what fills its home page."""

from typing import Any

from django.templatetags.static import static

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Tallyhouse",
    "SITE_HEADER": "Tallyhouse",
    "SITE_SUBHEADER": "Community dashboard",
    "SITE_URL": None,
    "SITE_ICON": lambda request: static("tallyhouse/logo.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("tallyhouse/favicon.svg"),
        }
    ],
    "STYLES": [lambda request: static("tallyhouse/admin.css")],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "ENVIRONMENT": "project.navigation.environment",
    "DASHBOARD_CALLBACK": "project.dashboard.fill_home",
    "BORDER_RADIUS": "8px",
    "COLORS": {
        # The green of a counting-house lamp. Text on 600 and 500 on dark both pass 4.5:1.
        "primary": {
            "50": "oklch(97.5% .014 180)",
            "100": "oklch(94.5% .034 180)",
            "200": "oklch(89% .063 181)",
            "300": "oklch(81.5% .096 182)",
            "400": "oklch(73% .112 183)",
            "500": "oklch(64% .11 184)",
            "600": "oklch(50.5% .09 185)",
            "700": "oklch(43.5% .077 186)",
            "800": "oklch(37% .063 187)",
            "900": "oklch(32% .052 188)",
            "950": "oklch(23% .04 190)",
        },
        # The second line of a chart.
        "accent": {"500": "oklch(72% .15 65)", "600": "oklch(62% .15 55)"},
    },
    "SIDEBAR": {"show_search": False, "navigation": "project.navigation.build_sidebar"},
}

# The home page's cards and charts and the panels of a member's page: lists of
# project.figures.Figure, .Chart and project.panels.Panel, each in its own app.
DASHBOARD_FIGURES = [
    "accounts.dashboard.FIGURES",
    "points.dashboard.FIGURES",
    "vip.dashboard.FIGURES",
    "vip.conversion.FIGURES",
    "vip.star_figures.FIGURES",
    "vip.video_figures.FIGURES",
    "numbers.dashboard.FIGURES",
    "botrunner.dashboard.FIGURES",
    "project.backups.figures.FIGURES",
]
DASHBOARD_CHARTS = [
    "accounts.dashboard.CHARTS",
    "points.dashboard.CHARTS",
    "points.game_charts.CHARTS",
    "vip.dashboard.CHARTS",
    "vip.conversion.CHARTS",
    "vip.star_figures.CHARTS",
    "vip.video_figures.CHARTS",
    "numbers.dashboard.CHARTS",
]
MEMBER_PANELS = [
    "points.panels.PANELS",
    "points.vouch_panels.PANELS",
    "vip.panels.PANELS",
    "vip.pass_panels.PANELS",
    "vip.star_figures.PANELS",
    "numbers.panels.PANELS",
    "accounts.panels.PANELS",
]
# What other apps do with the members chosen in the list: lists of project.panels.ListAct.
MEMBER_LIST_ACTS = [
    "vip.panels.LIST_ACTS",
    "points.panels.LIST_ACTS",
    "points.vouch_panels.LIST_ACTS",
]
