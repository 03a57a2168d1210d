"""HTTP as every service speaks it: problems, paging, idempotency keys, tokens, limits, and the API built of them."""

from chassis.http.app import UnguardedRouteError, build_api, close_api
from chassis.http.auth import Keys, KeysUnavailableError, Principal, principal
from chassis.http.clients import ServiceAuth, ServiceTokens, TokenUnavailableError, http_client
from chassis.http.dead_letters import Replays
from chassis.http.here import TheContext, context_of, rates_of, service_tokens
from chassis.http.idempotency import Write, Writing, answered, once
from chassis.http.keys import FetchedKeys, StaticKeys
from chassis.http.limits import strict_json
from chassis.http.paging import Page, PageQuery, Paging, decode_cursor, encode_cursor, page_of
from chassis.http.problem import (
    FieldError,
    Problem,
    conflict,
    forbidden,
    not_found,
    not_known_yet,
    unauthorized,
    unavailable,
    unprocessable,
)
from chassis.http.rates import STORE, Rates
from chassis.http.revisions import etag, if_match
from chassis.http.routes import KB, MB, RouteInfo, marks, routes_of
from chassis.http.tokens import (
    Claims,
    Kind,
    SigningKey,
    TokenRefusedError,
    jwks,
    load_key,
    new_signing_key,
    private_jwk,
    sign,
)

__all__ = [
    "KB",
    "MB",
    "STORE",
    "Claims",
    "FetchedKeys",
    "FieldError",
    "Keys",
    "KeysUnavailableError",
    "Kind",
    "Page",
    "PageQuery",
    "Paging",
    "Principal",
    "Problem",
    "Rates",
    "Replays",
    "RouteInfo",
    "ServiceAuth",
    "ServiceTokens",
    "SigningKey",
    "StaticKeys",
    "TheContext",
    "TokenRefusedError",
    "TokenUnavailableError",
    "UnguardedRouteError",
    "Write",
    "Writing",
    "answered",
    "build_api",
    "close_api",
    "conflict",
    "context_of",
    "decode_cursor",
    "encode_cursor",
    "etag",
    "forbidden",
    "http_client",
    "if_match",
    "jwks",
    "load_key",
    "marks",
    "new_signing_key",
    "not_found",
    "not_known_yet",
    "once",
    "page_of",
    "principal",
    "private_jwk",
    "rates_of",
    "routes_of",
    "service_tokens",
    "sign",
    "strict_json",
    "unauthorized",
    "unavailable",
    "unprocessable",
]
