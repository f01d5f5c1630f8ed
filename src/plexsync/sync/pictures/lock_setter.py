"""Sets the same lock of many pictures at once; an item that Plex refuses costs only itself."""

from __future__ import annotations

from collections.abc import Sequence

from plexsync.domain.errors import BadAnswer, ItemError, ItemRejected
from plexsync.plex.edits import MAX_IDS
from plexsync.plex.pictures import Pictures
from plexsync.sync.pictures.parcel import Parcel

_MOST_FAILURES = 3
"""So many items that fail all by themselves, and none that does not, are a fault of the server."""


class LockSetter:
    """For the locks of one round of covers."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._failed: list[tuple[Parcel, BadAnswer]] = []
        self._is_well = False

    def set(self, parcels: Sequence[Parcel]) -> None:
        """Set the locks of parcels of one library, picture and lock; raises server errors."""
        for start in range(0, len(parcels), MAX_IDS):
            self._set(parcels[start : start + MAX_IDS])

    def close(self) -> None:
        """Give those that failed their error; raises it where no other one did better."""
        for parcel, error in self._failed:
            if not self._is_well:
                raise error
            facts = {"status": error.data["status"], "detail": error.data["detail"]}
            parcel.error = ItemRejected(rating_key=parcel.rating_key, **facts)

    def _set(self, parcels: Sequence[Parcel]) -> None:
        first, keys = parcels[0], [parcel.rating_key for parcel in parcels]
        try:
            self._pictures.set_locks(first.section_id, keys, first.image, locked=first.lock)
        except (ItemError, BadAnswer) as error:
            if not isinstance(error, ItemError) and type(error) is not BadAnswer:
                raise
            self._halve(parcels, error)
        else:
            self._is_well = True

    def _halve(self, parcels: Sequence[Parcel], error: ItemError | BadAnswer) -> None:
        middle = len(parcels) // 2
        if middle:
            self._set(parcels[:middle])
            self._set(parcels[middle:])
        elif isinstance(error, ItemError):
            parcels[0].error = error
        else:
            self._failed.append((parcels[0], error))
            if not self._is_well and len(self._failed) >= _MOST_FAILURES:
                raise error
