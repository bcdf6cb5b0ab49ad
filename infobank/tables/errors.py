"""What can go wrong in the warehouse that a person can do something about."""

from __future__ import annotations

from infobank.domain.errors import PlainError


class WarehouseError(PlainError):
    """The warehouse cannot do what was asked; the message is one plain sentence or two."""


class WarehouseBusyError(WarehouseError):
    """Another run is writing to the warehouse."""


class RefusedRunError(WarehouseError):
    """A run that was refused cannot become the current one."""
