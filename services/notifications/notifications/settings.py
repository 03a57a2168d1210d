"""What notifications takes from the environment, beside what every service does."""

from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator

from chassis.settings import ServiceSettings

OneLine = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class SmtpTls(StrEnum):
    """How the connection to the mail server is protected: not at all, by STARTTLS, or by TLS from the start."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class NotificationsSettings(ServiceSettings):
    """SMTP and the promises of mail (RELIABILITY); durations in seconds unless their name says otherwise."""

    smtp_host: OneLine = "127.0.0.1"
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 1025
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: SmtpTls = SmtpTls.NONE
    smtp_cafile: Annotated[Path | None, Field(description="whom to trust; the system's authorities by default")] = None
    smtp_timeout_seconds: Annotated[float, Field(gt=0, le=300, description="for one whole mail")] = 20
    smtp_connections: Annotated[int, Field(ge=1, le=100, description="at most so many at once")] = 4

    mail_from: Annotated[OneLine, Field(description="the sender, such as mail@example.com")] = (
        "mail@marketplace.example"
    )
    mail_id_domain: Annotated[
        str, StringConstraints(pattern=r"^[a-z0-9.-]+$"), Field(description="what follows the @ in a Message-ID")
    ] = "marketplace.example"
    site_name: Annotated[OneLine, Field(description="how mails call this marketplace")] = "Creator Marketplace"

    mail_lease_seconds: Annotated[float, Field(gt=0, description="after it a claim of a dead worker is sent again")] = (
        60
    )
    mail_fact_hours: Annotated[float, Field(gt=0, description="older facts are recorded, not mailed")] = 24
    mail_names_seconds: Annotated[float, Field(ge=0, description="how long a mail waits for the names it needs")] = 300
    mail_give_up_hours: Annotated[float, Field(gt=0, description="how long a mail is tried")] = 24
    mail_retry_seconds: Annotated[float, Field(gt=0, description="before the second try; it doubles")] = 5
    mail_retry_most_seconds: Annotated[float, Field(gt=0, description="the longest pause between tries")] = 900
    mail_poll_seconds: Annotated[float, Field(gt=0, description="how often due mails are looked for")] = 0.2
    mail_asked_days: Annotated[int, Field(ge=1, description="how long applications and unread messages are kept")] = 30
    mail_message_seconds: Annotated[
        float, Field(ge=0, description="how long a message may be read before it is mailed about")
    ] = 300
    mail_days: Annotated[int, Field(ge=1, description="how long settled mails are remembered")] = 400

    sign_in_code_minutes: Annotated[int, Field(ge=1, description="as the mail says; the console decides")] = 10
    sign_in_try_seconds: Annotated[float, Field(gt=0, description="how long a sign-in mail is tried")] = 120
    sign_in_answer_seconds: Annotated[float, Field(ge=0, description="no answer comes sooner, to tell nothing")] = 0.1
    sign_in_mails: Annotated[int, Field(ge=1, description="to one contact, in one window")] = 10
    sign_in_window_seconds: Annotated[
        float, Field(gt=0, description="the time that sign-in mails are counted over")
    ] = 900
    contact_days: Annotated[float, Field(gt=0, description="a contact that no event names goes after these")] = 8

    @field_validator("mail_from")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        Address(addr_spec=value)
        return value

    @model_validator(mode="after")
    def _lease_outlives_a_send(self) -> Self:
        if self.mail_lease_seconds < 2 * self.smtp_timeout_seconds:
            raise ValueError("MAIL_LEASE_SECONDS must be at least twice SMTP_TIMEOUT_SECONDS, or a mail could go twice")
        if bool(self.smtp_username) != bool(self.smtp_password.get_secret_value()):
            raise ValueError("set both SMTP_USERNAME and SMTP_PASSWORD, or neither")
        if self.smtp_username and self.smtp_tls is SmtpTls.NONE:
            raise ValueError("SMTP_TLS=none would send SMTP_PASSWORD in the clear: set starttls or tls")
        return self
