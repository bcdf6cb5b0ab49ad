"""Bringing deliveries from where their contracts say they come from into the raw folder.

What is brought is whole or not there; nothing is brought twice; nothing that lies in the raw
folder already is changed.
"""

from infobank.pulling.credentials import Credentials, from_environment
from infobank.pulling.errors import PullError
from infobank.pulling.fetching import has_servers, pull
from infobank.pulling.pulled import Pulled
from infobank.pulling.retrying import Patience

__all__ = [
    "Credentials",
    "Patience",
    "PullError",
    "Pulled",
    "from_environment",
    "has_servers",
    "pull",
]
