"""Short hashes of what was seen of a scene, by which a change is noticed whatever the time stamps say."""

from __future__ import annotations

from hashlib import blake2b

from plexsync.domain.model import Scene


def content(scene: Scene) -> str:
    """Return a hash of all that was read of a scene, its ``updated_at`` included: a new cover moves nothing else."""
    return _hash(repr(scene))


def columns(scene: Scene) -> str:
    """Return a hash of the scene's own columns that a listing tells too; its stamp and files are left out."""
    studio = 0 if scene.studio is None else scene.studio.id
    return _hash(repr((scene.title, scene.date, scene.director, scene.rating100, scene.organized, studio)))


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
