"""Every way into the bot, a module an area of /help; botrunner/router.py puts them together."""
