"""One made-up collection of films, as Stash and as Plex would each see it.

`make_world` is deterministic: the same count and seed give the same two libraries, so a test can name a scene and a
demo can be repeated. The data is uneven on purpose: it holds every irregularity that a real collection was seen to
have and that a tool between the two servers must survive.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from random import Random

from plexsync_simulators import words
from plexsync_simulators.shared.json_type import Json

ROOTS = (("/data", "/media"), ("/archive/old films", "/mnt/nas/films"))
PATH_MAP = "; ".join(f"{stash} => {plex}" for stash, plex in ROOTS)
_START = datetime(2021, 3, 1, 12, tzinfo=timezone.utc)
_SPAN = timedelta(days=1400)


@dataclass(frozen=True, slots=True)
class World:
    """Two libraries of the same films, and the truth about how they belong together.

    `stash` and `plex` are the library documents the two simulators load. `path_map` is the text a user would set.
    `belongs` maps a scene id to the Plex file paths that are its files (empty: Plex does not know the scene).
    `ambiguous` holds pairs of scenes whose files Plex shows as versions of one item, so that neither may be written;
    they are not in `belongs`. `plex_only` holds the paths that Stash does not know.
    """

    stash: Json
    plex: Json
    path_map: str
    belongs: dict[str, tuple[str, ...]]
    ambiguous: tuple[tuple[str, str], ...]
    plex_only: tuple[str, ...]


def make_world(scenes: int, seed: int) -> World:
    """Make a world of `scenes` scenes; the same arguments give an equal world."""
    return _Maker(scenes, Random(seed)).make()


def to_plex(path: str) -> str:
    """Return where Plex sees a file that Stash sees at `path`; raises ValueError outside the mapped roots."""
    for stash, plex in ROOTS:
        if path.startswith(f"{stash}/"):
            return plex + path[len(stash) :]
    raise ValueError(f"{path!r} lies under no mapped root")


@dataclass
class _Maker:
    """Makes the scenes one after another and notes for each where Plex has its files."""

    count: int
    random: Random
    scenes: list[Json] = field(default_factory=list)
    items: dict[str, list[Json]] = field(default_factory=lambda: {"1": [], "2": []})
    belongs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ambiguous: list[tuple[str, str]] = field(default_factory=list)
    plex_only: list[str] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)
    file_id: int = 0

    def make(self) -> World:
        tags, performers = self._tags(), self._performers()
        studios, groups = self._studios(), self._groups()
        for number in range(1, self.count + 1):
            scene = self._scene(number, tags, performers, studios, groups)
            self.scenes.append(scene)
            self._show_in_plex(number, scene)
        self._contest()
        self._add_plex_only()
        stash = {"tags": tags, "performers": performers, "studios": studios, "groups": groups, "scenes": self.scenes}
        return World(stash, self._plex(), PATH_MAP, self.belongs, tuple(self.ambiguous), tuple(self.plex_only))

    def _one_in(self, n: int) -> bool:
        return self.random.randrange(n) == 0

    def _tags(self) -> list[Json]:
        names = list(words.TAGS)
        names += [f"{self.random.choice(words.ADJECTIVES)} {n}" for n in range(min(400, self.count // 20))]
        tags = [{"id": str(n), "name": name, "parent_ids": []} for n, name in enumerate(names, 1)]
        for n in range(len(words.TAGS) // 2, len(tags), 3):
            tags[n]["parent_ids"] = [str(self.random.randint(1, len(words.TAGS) // 2))]
        return tags

    def _performers(self) -> list[Json]:
        made: list[Json] = []
        for n in range(max(12, self.count // 8)):
            # Every ninth has the name of an earlier one: Stash tells the two apart by the disambiguation alone.
            twin = made[n // 2] if n % 9 == 8 else None
            name = twin["name"] if twin else self._person(n)
            made.append(self._performer(n, name, f"the {n}th" if twin else ""))
        return made

    def _person(self, n: int) -> str:
        first, last = divmod(n * 7, len(words.LAST_NAMES))
        name = f"{words.FIRST_NAMES[first % len(words.FIRST_NAMES)]} {words.LAST_NAMES[last]}"
        return name if first < len(words.FIRST_NAMES) else f"{name} {_roman(1 + first // len(words.FIRST_NAMES))}"

    def _performer(self, n: int, name: str, disambiguation: str) -> Json:
        return {
            "id": str(n + 1),
            "name": name,
            "disambiguation": disambiguation,
            "gender": self.random.choice(["FEMALE", "MALE", "NON_BINARY", None]),
            "image": {"seed": 100_000 + n} if n % 3 else None,
        }

    def _studios(self) -> list[Json]:
        names = list(words.STUDIOS) + [f"Studio {n:03d}" for n in range(self.count // 60)]
        studios = [{"id": str(n), "name": name, "parent_id": None} for n, name in enumerate(names, 1)]
        for n in range(2, len(studios), 3):
            studios[n]["parent_id"] = str(self.random.randint(1, n))
        return studios

    def _groups(self) -> list[Json]:
        count = max(4, self.count // 50)
        return [{"id": str(n), "name": f"{words.GROUPS[n % len(words.GROUPS)]} {n}"} for n in range(1, count + 1)]

    def _scene(
        self, number: int, tags: list[Json], performers: list[Json], studios: list[Json], groups: list[Json]
    ) -> Json:
        random = self.random
        created = self._scanned(number)
        studio = None if self._one_in(6) else random.choice(studios)
        return {
            "id": str(number),
            "title": "" if self._one_in(7) else self._title(number),
            "code": "" if random.random() < 0.6 else f"PX-{number:05d}",
            "details": self._details(),
            "director": random.choice(["", "", "", "Ödön Šimić", "Mary O'Hara", "A. Smith, B. Jones"]),
            "date": self._date(),
            "rating100": random.choice([None, None, 20, 55, 60, 73, 80, 100, 1]),
            "organized": self._one_in(3),
            "urls": [f"https://example.org/{number}"] if self._one_in(2) else [],
            "studio_id": studio["id"] if studio else None,
            "performer_ids": _ids(random.sample(performers, random.randint(0, 4))),
            "tag_ids": _ids(random.sample(tags, random.choice([0, 1, 3, 5, 8, 12]))),
            "group_ids": [[random.choice(groups)["id"], random.choice([None, 1, 2])]] if self._one_in(5) else [],
            "files": self._files(number, studio),
            "cover": None if self._one_in(5) else {"seed": number},
            "created_at": _stamp(created),
            "updated_at": _stamp(created + timedelta(hours=random.randint(0, 9000))),
        }

    def _scanned(self, number: int) -> datetime:
        """Say when a file was found: one after the other, the last of any library years ago, never in the future."""
        return _START + number * min(timedelta(minutes=37), _SPAN / self.count)

    def _title(self, number: int) -> str:
        adjective, noun = self.random.choice(words.ADJECTIVES), self.random.choice(words.NOUNS)
        return self.random.choice(words.TITLES).format(adjective=adjective, noun=noun, number=number)

    def _details(self) -> str:
        kind = self.random.randrange(10)
        if kind < 3:
            return ""
        if kind < 9:
            return self.random.choice(words.SENTENCES)
        paragraphs = (" ".join(self.random.choices(words.SENTENCES, k=9)) for _ in range(self.random.randint(3, 12)))
        return "\n\n".join(paragraphs)

    def _date(self) -> str | None:
        kind, year = self.random.randrange(10), self.random.randint(1962, 2025)
        month, day = self.random.randint(1, 12), self.random.randint(1, 28)
        return [None, f"{year}", f"{year}-{month:02d}"][kind] if kind < 3 else f"{year}-{month:02d}-{day:02d}"

    def _files(self, number: int, studio: Json | None) -> list[Json]:
        if self._one_in(40):
            return []
        count = self.random.choice([1] * 12 + [2, 2, 3])
        folder = self._folder(number, studio)
        duration = round(self.random.uniform(240, 7200), 2)
        return [self._file(number, folder, part, duration) for part in range(count)]

    def _folder(self, number: int, studio: Json | None) -> str:
        root = self.random.choice(["/data/movies", "/data/movies", "/data/shorts", ROOTS[1][0]])
        name = (studio["name"] if studio else "unsorted").replace("/", "-").replace('"', "'")
        return f"{root}/{name}/{2000 + number % 25}"

    def _file(self, number: int, folder: str, part: int, duration: float) -> Json:
        self.file_id += 1
        if part:
            duration = round(duration * self.random.uniform(0.98, 1.0), 2)
        size = 700_000_000 if self._one_in(60) else self.random.randint(20_000_000, 9_000_000_000)
        path = self._path(number, folder, part)
        self.paths.add(path)
        scanned = _stamp(self._scanned(number))
        times = {"created_at": scanned, "updated_at": scanned}
        return {"id": str(self.file_id), "path": path, "size": size, "duration": duration, **times}

    def _path(self, number: int, folder: str, part: int) -> str:
        # A few names occur in every folder, as cameras and rippers make them.
        common = self.random.choice(words.COMMON_FILES)
        path = f"{folder}/{common}"
        if part == 0 and self._one_in(6) and path not in self.paths:
            return path
        adjective, noun = self.random.choice(words.ADJECTIVES), self.random.choice(words.NOUNS)
        mark = f" - {part + 1}" if part else ""
        name = self.random.choice(words.FILES).format(adjective=adjective, noun=noun, number=number)
        return f"{folder}/{name}{mark}.{self.random.choice(['mp4', 'mkv', 'avi', 'MP4', 'm4v'])}"

    def _show_in_plex(self, number: int, scene: Json) -> None:
        files = scene["files"]
        known = [] if self._one_in(25) else files
        if len(known) > 1 and self._one_in(5):
            known = known[:1]
        seen = [self._plex_file(file) for file in known]
        self.belongs[scene["id"]] = tuple(file["path"] for file in seen)
        if len(seen) > 1 and number % 2:
            self._add_item(seen)
        else:
            for file in seen:
                self._add_item([file])

    def _plex_file(self, file: Json) -> Json:
        path = to_plex(file["path"])
        # Plex on a Mac lists decomposed names, Stash on Linux composed ones.
        if self._one_in(3):
            path = unicodedata.normalize("NFD", path)
        return {"path": path, "size": file["size"], "duration": int(file["duration"] * 1000)}

    def _add_item(self, files: list[Json]) -> None:
        path = files[0]["path"]
        section = "2" if path.startswith("/media/shorts/") else "1"
        self.items[section].append({"title": path.rsplit("/", 1)[1].rsplit(".", 1)[0], "files": files})

    def _contest(self) -> None:
        """Let Plex show two neighbouring single-file scenes as versions of one item, once per 150 scenes."""
        single = [n for n, item in enumerate(self.items["1"]) if len(item["files"]) == 1]
        owner = {paths[0]: scene for scene, paths in self.belongs.items() if len(paths) == 1}
        merged = set()
        for start in range(0, min(len(single) - 1, self.count - 149), 150):
            first, second = single[start], single[start + 1]
            paths = [self.items["1"][n]["files"][0]["path"] for n in (first, second)]
            if not all(path in owner for path in paths):
                continue
            self.items["1"][first]["files"] += self.items["1"][second]["files"]
            merged.add(second)
            self.ambiguous.append((owner[paths[0]], owner[paths[1]]))
            for path in paths:
                del self.belongs[owner[path]]
        self.items["1"] = [item for n, item in enumerate(self.items["1"]) if n not in merged]

    def _add_plex_only(self) -> None:
        for number in range(max(3, self.count // 30)):
            path = f"/media/movies/Holidays/{1990 + number % 30}/{words.COMMON_FILES[0]}"
            if number >= 30:
                path = f"/media/movies/Holidays/reel {number}.mp4"
            self.plex_only.append(path)
            self._add_item([{"path": path, "size": 1_000_000 + number, "duration": 60_000 + number}])

    def _plex(self) -> Json:
        movies = self._section("1", "Movies", ["/media/movies", "/mnt/nas/films"])
        return {"sections": [movies, self._section("2", "Shorts, Clips & Más", ["/media/shorts"])]}

    def _section(self, key: str, title: str, locations: list[str]) -> Json:
        common = {"type": "movie", "agent": "tv.plex.agents.movie", "language": "en-US"}
        return {"key": key, "title": title, **common, "locations": locations, "items": self.items[key]}


def _ids(rows: list[Json]) -> list[str]:
    return [row["id"] for row in rows]


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _roman(n: int) -> str:
    return "".join(glyph * count for glyph, count in (("X", n // 10), ("V", n % 10 // 5), ("I", n % 5)))
