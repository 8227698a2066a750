"""Where SMS come from: one module a provider."""
