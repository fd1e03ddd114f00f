"""Guessing gets slower with every wrong try, for an address and for a network, but nobody is ever locked out for good."""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Patience:
    """How many wrong tries within `window` cost nothing, and how the wait grows after that."""

    name: str
    free: int
    window: timedelta
    first: timedelta = timedelta(seconds=5)
    longest: timedelta = timedelta(minutes=15)


ADDRESS = Patience("address", free=5, window=timedelta(days=1))
NETWORK = Patience("network", free=100, window=timedelta(hours=1))  # a whole office may share one


class TooSoon(Exception):
    """Another try is possible in `seconds` (at least 1)."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


def wait(patience: Patience, failures: int, last: datetime | None, now: datetime) -> int:
    """Seconds until the next try, 0 if it may be now; `failures` wrong ones lie in the window, the latest at `last` (UTC)."""
    if last is None or failures < patience.free:
        return 0
    doubled = min(failures - patience.free, 20)
    until = last + min(patience.first * 2**doubled, patience.longest)
    left = (until - now).total_seconds()
    return max(0, -int(-left // 1))


def key(patience: Patience, value: str, secret: str) -> str:
    """What is stored for an address or network: a keyed hash, so that the table tells nobody who tried."""
    return hmac.new(secret.encode(), f"{patience.name}:{value}".encode(), hashlib.sha256).hexdigest()


def network_of(address: str | None) -> str:
    """The network an IP address counts for: itself, or its /64 where one person has that many."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))
