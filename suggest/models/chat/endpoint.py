"""Where a chat model is and what it can do, as a profile says."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from suggest.errors import BadInput

SchemaShape = Literal["json_schema", "json_object_schema", "json_object", "none"]
"""How the endpoint is told the shape of an answer: a JSON schema in OpenAI's nesting, or inside "some JSON object" as
llama-cpp-python takes it, "some JSON object" alone, or not."""

OutputLimit = Literal["max_completion_tokens", "max_tokens"]
"""What the endpoint calls the most tokens of an answer: the present name, or the one that older servers know."""

Api = Literal["chat", "decisions"]
"""How a model is asked: chat completions, or the Decisions API, which answers typed questions with probabilities."""

SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible endpoint. `base_url` ends before "/chat/completions".

    `key_env` names the environment variable that holds the key, None where none is needed: the key itself is never
    here. `seconds` is the longest that one call may take, `most_output` the most tokens of an answer. `temperature` is
    in thousandths, None to leave it to the endpoint, as models that reason ask for. `logprobs` asks for the log
    probabilities of tokens, `seed` for answers that can be repeated. `forwards`: what answers there may hand the text
    on to other machines, so that an address of this machine says nothing of where it goes. `context` is how many tokens
    a prompt and its answer may come to together, None where that is not known. What is said of an answer's shape,
    length, seed and temperature is for chat completions.
    """

    base_url: str
    model: str
    key_env: str | None = None
    schema: SchemaShape = "json_schema"
    output_limit: OutputLimit = "max_completion_tokens"
    most_output: int = 1_500
    temperature: int | None = 0
    seed: int | None = None
    logprobs: bool = False
    concurrency: int = 32
    seconds: float = SECONDS
    forwards: bool = False
    context: int | None = None
    api: Api = "chat"

    @property
    def host(self) -> str:
        """The host that text goes to, in lower case, with its port where that is not the scheme's own."""
        parts = urlsplit(self.base_url)
        host = (parts.hostname or "").casefold()
        shown = f"[{host}]" if ":" in host else host
        usual = {"http": 80, "https": 443}[parts.scheme]
        return shown if parts.port in (None, usual) else f"{shown}:{parts.port}"

    @property
    def on_this_machine(self) -> bool:
        """Whether the address is this machine's: the host is a loopback address or "localhost"."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def leaving(self) -> bool:
        """Whether the text may leave this machine."""
        return self.forwards or not self.on_this_machine

    @property
    def in_the_clear(self) -> bool:
        """Whether the text would travel without encryption."""
        return urlsplit(self.base_url).scheme == "http" and not self.on_this_machine


def same_model(asked: str, said: str) -> bool:
    """Whether two names may be of one model. Providers and folders before the name, the ending of a file, and what
    names a version behind it (a date, a size, a tag) are often in one of the two alone."""
    one, other = (_bare(name) for name in (asked, said))
    short, long = sorted((one, other), key=len)
    return one == other or (bool(short) and long.startswith(short) and long[len(short)] in "-:@.")


def _bare(name: str) -> str:
    return name.strip().casefold().replace("\\", "/").rstrip("/").rpartition("/")[2].removesuffix(".gguf")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine by what it says: no name is looked up."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_url(url: str) -> str:
    """A base URL as it is kept: without a slash at its end. BadInput for one that names no host, carries a user's
    name or password, a query or a fragment, or is neither http nor https."""
    advice = "Write it like http://127.0.0.1:8080/v1."
    try:
        parts = urlsplit(url.strip())
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        raise BadInput("the address of the endpoint cannot be read.", advice=advice) from None
    if not parts.netloc.isascii():
        raise BadInput("the address of the endpoint has letters that are not ASCII.", advice="Write xn-- instead.")
    if (parts.hostname or "").endswith("."):
        raise BadInput("the address of the endpoint ends its host with a dot.", advice="Leave the dot out.")
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_one:
        raise BadInput("the address of the endpoint must begin with http:// or https:// and a host.", advice=advice)
    if parts.username is not None or parts.password is not None:
        raise BadInput(
            "the address of the endpoint holds a user's name or password; it would be kept in the study.",
            advice="Leave it out, and name the environment variable that holds the key with --key-env.",
        )
    if parts.query or parts.fragment:
        raise BadInput("the address of the endpoint must end before any ? or #.", advice=advice)
    return parts.geturl().rstrip("/")
