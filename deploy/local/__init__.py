"""Kafka, MongoDB and a mail catcher for development and tests, as real processes on 127.0.0.1 and without Docker."""

from local.group import Group
from local.kafka import Kafka
from local.mongo import Mongo
from local.processes import Process
from local.stack import Stack

__all__ = ["Group", "Kafka", "Mongo", "Process", "Stack"]
