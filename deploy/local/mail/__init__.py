"""A mail catcher: takes every mail by SMTP, delivers none, and answers Mailpit's API."""

from local.mail.process import MailCatcher

__all__ = ["MailCatcher"]
