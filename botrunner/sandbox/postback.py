"""Reports a watched ad the way a network would: to our own signed address."""

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=20)


async def send_postback(url: str, host: str, alias: str, signature: str) -> int:
    """The answer's status. `host` is what the page was asked under: the web server knows it."""
    fields = {"pass": alias, "signature": signature}
    async with (
        aiohttp.ClientSession(timeout=TIMEOUT) as session,
        session.get(url, params=fields, headers={"Host": host}, allow_redirects=False) as response,
    ):
        return response.status
