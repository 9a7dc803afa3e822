"""Who is let in: only those who know the token, by an address of this machine, and from no foreign page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")


def new_token() -> str:
    """A token that nobody guesses: 256 bits, fit for an address."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Door:
    """Judges requests to one site. `port` is the one that it listens on."""

    token: str
    port: int

    @property
    def address(self) -> str:
        """What is opened in the browser."""
        return f"http://{HOST}:{self.port}/{self.token}/"

    def lets_in(self, path: str, host: str | None, origin: str | None) -> bool:
        """Whether a request may come in, by its path and the headers Host and Origin (None where they are missing).

        Host and Origin keep out pages of other sites, also those whose name was made to mean this machine. The token
        is compared in a time that tells nothing of it.
        """
        given = path.split("/", 2)[1] if path.startswith("/") else ""
        known = secrets.compare_digest(given.encode("utf-8", "surrogateescape"), self.token.encode())
        return known and host in self._hosts and (origin is None or origin in self._origins)

    @property
    def _hosts(self) -> tuple[str, ...]:
        named = tuple(f"{name}:{self.port}" for name in NAMES)
        return (*named, *NAMES) if self.port == 80 else named

    @property
    def _origins(self) -> tuple[str, ...]:
        return tuple(f"http://{host}" for host in self._hosts)

    @property
    def headers(self) -> dict[str, str]:
        """What every answer says to the browser: load nothing from elsewhere, tell nobody where you were."""
        sockets = " ".join(f"ws://{host}" for host in self._hosts)
        return {
            "Content-Security-Policy": (
                f"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
                f"img-src 'self' data:; connect-src 'self' {sockets}; form-action 'self'; base-uri 'none'; "
                "frame-ancestors 'none'"
            ),
            "Permissions-Policy": "clipboard-read=(), camera=(), microphone=(), geolocation=()",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-store",
            "Server": "secondcoder",
        }
