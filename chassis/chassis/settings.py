"""Settings from the environment, checked at start. Every service's settings extend `ServiceSettings`."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

S = TypeVar("S", bound="ServiceSettings")


class Environment(StrEnum):
    """Where the process runs: `development` allows moving the clock and planting faults."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class KafkaSecurityProtocol(StrEnum):
    """Kafka's own names."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"


class Plant(StrEnum):
    """Faults that the chaos harness plants to see itself turn red (RELIABILITY, ring 3). Development only."""

    NONE = ""
    COMMIT_FIRST = "commit-first"
    NO_INBOX = "no-inbox"
    LOOKUP_ONLY = "lookup-only"
    HOST_CLOCK = "host-clock"


class SettingsError(Exception):
    """The environment is wrong; the message names each variable and what to do. Exit status 2."""


class ServiceSettings(BaseSettings):
    """What every service takes from the environment; durations in seconds unless they say otherwise."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    environment: Environment = Environment.PRODUCTION
    kafka_bootstrap: Annotated[str, Field(min_length=3, description="host:port, several by comma")] = "127.0.0.1:9092"
    kafka_security_protocol: KafkaSecurityProtocol = KafkaSecurityProtocol.PLAINTEXT
    kafka_sasl_mechanism: str = "SCRAM-SHA-512"
    kafka_sasl_username: str = ""
    kafka_sasl_password: SecretStr = SecretStr("")
    kafka_ssl_cafile: Path | None = None
    kafka_replication_factor: Annotated[int, Field(ge=1, le=9)] = 1
    mongo_url: SecretStr = SecretStr("mongodb://127.0.0.1:27017/?replicaSet=rs0")
    mongo_database: Annotated[str, Field(description="the service's own database; its name by default")] = ""
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8000
    process_slot: Annotated[str, Field(description="names this replica, such as a pod's name; empty = dynamic")] = ""
    grace_seconds: Annotated[float, Field(ge=1, le=600)] = 20
    clock_offset: timedelta = timedelta()
    log_level: str = "INFO"
    plant: Plant = Plant.NONE
    console_url: Annotated[str, Field(description="where services reach the console: JWKS and tokens")] = (
        "http://127.0.0.1:8000"
    )
    console_public_url: str = "http://127.0.0.1:8000"
    link_public_url: str = "http://127.0.0.1:8010"
    client_id: Annotated[str, Field(description="this service's name at the console's token endpoint")] = ""
    client_secret: SecretStr = SecretStr("")
    otel_exporter_otlp_endpoint: str = ""
    max_handler_errors: Annotated[int, Field(ge=1, description="unexpected errors in a row before a stop")] = 20
    raw_delivery_days: Annotated[int, Field(ge=1)] = 30
    dead_letter_days: Annotated[int, Field(ge=1)] = 90
    requests_per_minute: Annotated[int, Field(ge=1, description="of one account, in one process; beyond it 429")] = 600
    tenant_requests_per_minute: Annotated[int, Field(ge=1, description="of all accounts of one brand")] = 3000
    webhooks_per_minute: Annotated[int, Field(ge=1, description="signed ones, of one store")] = 6000
    idempotency_key_hours: Annotated[int, Field(ge=1)] = 48

    @model_validator(mode="after")
    def _development_only(self) -> Self:
        if self.environment is not Environment.DEVELOPMENT:
            if self.clock_offset:
                raise ValueError("CLOCK_OFFSET is refused outside ENVIRONMENT=development: unset it")
            if self.plant:
                raise ValueError("PLANT is refused outside ENVIRONMENT=development: unset it")
        if self.kafka_security_protocol in (KafkaSecurityProtocol.SASL_PLAINTEXT, KafkaSecurityProtocol.SASL_SSL) and (
            not self.kafka_sasl_username or not self.kafka_sasl_password.get_secret_value()
        ):
            raise ValueError("KAFKA_SECURITY_PROTOCOL asks for SASL: set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD")
        return self

    def shown(self) -> dict[str, Any]:
        """Every setting by its variable's name, secrets hidden: what the verb `check` prints."""
        return {name.upper(): value for name, value in self.model_dump(mode="json").items()}


def load(kind: type[S]) -> S:
    """Read and check the environment; raises `SettingsError` that names every variable that is wrong."""
    try:
        return kind()
    except ValidationError as error:
        lines = [
            f"  {'.'.join(str(p).upper() for p in e['loc']) or 'settings'}: {e['msg']}"
            for e in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("the environment is not right:\n" + "\n".join(lines)) from None
