from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "project"
    verbose_name = "Tallyhouse"

    def ready(self) -> None:
        from project import checks, sentry  # noqa: F401  registers the checks

        sentry.start()
