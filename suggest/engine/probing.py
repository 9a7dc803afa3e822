"""Finding out what the endpoint of a kept profile can do, and keeping that with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from suggest.engine.endpoints import KeptEndpoint, keep_endpoint, kept_endpoints
from suggest.engine.own_profiles import keep_own, own_endpoints
from suggest.errors import BadInput, Refused
from suggest.models.chat.asking import Caller
from suggest.models.chat.endpoint import Endpoint
from suggest.models.chat.probing import probe, suited
from suggest.study.hosts import is_allowed
from suggest.study.sources import Sources, SystemSources
from suggest.study.study import Study


def probe_profile(
    study: Study, actor: str, name: str, client: Callable[[Endpoint], Caller] | None = None
) -> KeptEndpoint:
    """Make a few tiny calls, which hold nothing of the study, and keep the profile with what was found and the settings
    that fit it. BadInput for an unknown profile, Refused for a host that is not allowed, SecondCoderError where the
    endpoint gives no answer."""
    kept = kept_endpoints(study).get(name)
    if kept is None:
        raise BadInput("the study keeps no such model profile.", place=name)
    if kept.endpoint.api != "chat":
        raise BadInput("only chat completions are probed: decisions have nothing to be found out.", place=name)
    host = kept.endpoint.host
    if kept.endpoint.leaving and not is_allowed(study, host):
        raise Refused(
            f"The study does not allow {host}. A few questions that hold nothing of the study would have been sent; "
            f"nothing was. If that may be, say 'secondcoder hosts STUDY allow {host}'."
        )
    probed = _probed(kept, study.sources, client)
    keep_endpoint(study, actor, probed)
    return probed


def probe_own(name: str, client: Callable[[Endpoint], Caller] | None = None) -> KeptEndpoint:
    """The same for a profile of the user's, which no study says anything about."""
    kept = own_endpoints().get(name)
    if kept is None:
        raise BadInput("you have no model profile of this name.", place=name)
    probed = _probed(kept, SystemSources(), client)
    keep_own(probed)
    return probed


def _probed(kept: KeptEndpoint, sources: Sources, client: Callable[[Endpoint], Caller] | None) -> KeptEndpoint:
    found = asyncio.run(probe(kept.endpoint, client))
    date = datetime.fromtimestamp(sources.now(), UTC).strftime("%Y-%m-%d")
    return replace(kept, endpoint=suited(kept.endpoint, found), probed={"date": date, **found.to_json()})
