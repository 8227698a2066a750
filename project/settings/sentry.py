"""Errors told to Sentry; off unless SENTRY_DSN names one."""

from project.env import env_str, env_url

SENTRY_DSN = env_url("SENTRY_DSN")
SENTRY_ENVIRONMENT = env_str("SENTRY_ENVIRONMENT", "production")
