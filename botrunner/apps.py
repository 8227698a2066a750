from django.apps import AppConfig


class BotrunnerConfig(AppConfig):
    name = "botrunner"
    verbose_name = "Bot"

    def ready(self) -> None:
        from botrunner import checks  # noqa: F401  registers them
