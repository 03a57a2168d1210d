"""What the console takes from the environment, beside what every service does."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from chassis.settings import ServiceSettings

SERVICES = ("discovery", "campaigns", "attribution", "notifications", "console")
"""Who may be a token's audience, and who may ask for tokens with credentials from the environment."""

SECRET_LENGTH = 32
CLIENT_SECRET_LENGTH = 16


class ConsoleSettings(ServiceSettings):
    """Settings of the console; the variable is the field's name in upper case."""

    console_secret: Annotated[
        SecretStr, Field(description="32 characters or more; keys the hashes of codes and wraps the signing keys")
    ]
    service_clients: Annotated[SecretStr, Field(description="name:secret of each service, several by comma")] = (
        SecretStr("")
    )
    operator_email: Annotated[str, Field(description="who operates this installation; empty = nobody yet")] = ""
    operator_language: str = "en"
    site_name: Annotated[str, Field(min_length=1, max_length=40)] = "Creator Marketplace"
    discovery_url: str = "http://127.0.0.1:8001"
    campaigns_url: str = "http://127.0.0.1:8002"
    attribution_url: str = "http://127.0.0.1:8003"
    notifications_url: str = "http://127.0.0.1:8004"
    attribution_public_url: Annotated[str, Field(description="where stores reach attribution's webhooks")] = (
        "http://127.0.0.1:8003"
    )
    code_lifetime: timedelta = timedelta(minutes=10)
    code_tries: Annotated[int, Field(ge=1, le=10)] = 5
    limit_window: timedelta = timedelta(minutes=15)
    codes_per_browser: Annotated[int, Field(ge=1, description="codes in one window")] = 5
    codes_per_contact: Annotated[int, Field(ge=1, description="codes in one window")] = 5
    codes_per_client: Annotated[int, Field(ge=1, description="codes in one window, by network address")] = 60
    session_lifetime: timedelta = timedelta(days=14)
    key_lifetime: Annotated[timedelta, Field(description="how long a signing key signs")] = timedelta(days=30)
    secret_rotation: Annotated[timedelta, Field(description="how long a store's old secret stays right")] = timedelta(
        days=1
    )
    service_timeout: Annotated[float, Field(gt=0, le=60, description="seconds to wait for another service")] = 5

    @model_validator(mode="after")
    def _secrets(self) -> Self:
        if len(self.console_secret.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"CONSOLE_SECRET needs {SECRET_LENGTH} characters or more: make one with `openssl rand`")
        read_clients(self.service_clients.get_secret_value())
        return self

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach us by TLS, so that cookies may ask for it."""
        return self.console_public_url.startswith("https://")


def read_clients(text: str) -> dict[str, str]:
    """`name:secret,name:secret` as a table; raises `ValueError` that names what is wrong, never a secret."""
    clients: dict[str, str] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, secret = entry.partition(":")
        if name not in SERVICES:
            raise ValueError(f"SERVICE_CLIENTS names {name!r}, which is none of {', '.join(SERVICES)}")
        if len(secret) < CLIENT_SECRET_LENGTH:
            raise ValueError(f"SERVICE_CLIENTS: the secret of {name} needs {CLIENT_SECRET_LENGTH} characters or more")
        clients[name] = secret
    return clients
