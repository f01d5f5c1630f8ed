"""The words the made-up collection of `world.py` is put together from: scripts, quotes, commas, emoji and all."""

from __future__ import annotations

TAGS = (
    "Outdoor", "outdoor", "Indoor", "Comedy", "Drama", "Noir, French", 'So-called "Art"', "Behind the Scenes", "4K",
    "Interview", "Été", "Straße", "黒白映画", "Музыка", "Rock & Roll", "50% off", "under_score", "😀 fun", "C++", "#tag",
    "Director's Cut", "a;b", "Sci-Fi/Fantasy", "Short, very short", "TV", "tv", "Zürich", "Ångström", "naïve", "Remaster",
)  # fmt: skip
FIRST_NAMES = (
    "Anna", "Björn", "Chloé", "Dmitri", "Elena", "François", "Grace", "Hôa", "Iñaki", "Jürgen", "Klára", "Luca",
    "Mária", "Nadia", "Olof", "Paweł", "Quinn", "Renée", "Søren", "Tomás", "Ursula", "Víctor", "Wanda", "玉子",
)  # fmt: skip
LAST_NAMES = (
    "Ångström", "Brown", "Čapek", "de la Cruz", "Engström", "Ferreira", "García", "Håkansson", "İnan", "Jones", "Kovács",
    "Lefèvre", "Müller", "Nguyễn", "O'Brien", "Pérez", "Quist", "Rossi", "Smith, Jr.", "Tanaka", "Łukasik", "山田",
)  # fmt: skip
STUDIOS = (
    "Acme Pictures", 'The "Other" Studio', "Café Noir", "Smith, Jones & Co.", "スタジオ北", "Lumière", "North/South",
    "100% Film", "Ünique Vision", "Plain Films", "Plain Films Shorts", "Студия Юг",
)  # fmt: skip
GROUPS = ("The Long Series", "Season", "Trilogy, complete", 'Box "Gold"', "Série Été")
ADJECTIVES = ("Red", "Silent", "Última", "Golden", "Grüne", "Lost", "Déjà", "Endless", "Small", "Холодный", "静かな")
NOUNS = ("River", "Night", "Straße", "Garden", "Tür", "Mirror", "Café", "Journey", "Winter", "Город", "海")
TITLES = (
    "{adjective} {noun}", "The {adjective} {noun}", "{adjective} {noun}, Part {number}", '"{noun}" in {adjective}',
    "{noun} & {adjective} #{number}", "{adjective} {noun} 🎬", "A {noun}", "{noun}: {adjective} <cut>", "  {noun} {number} ",
)  # fmt: skip
FILES = (
    "{adjective} {noun} {number}", "{adjective}.{noun}.{number}.1080p", "{noun} [{number}] (100%)", "{number}_{noun}_x",
    "{adjective} {noun}, {number}", "{noun}'s {adjective} {number}", "{number} {noun} é ü ñ",
)  # fmt: skip
COMMON_FILES = ("video.mp4", "01.mkv", "Scene.mp4", "scene.mp4", "VTS_01_1.avi", "Übersicht.mp4")
SENTENCES = (
    "Two friends meet again after ten years.", "Everything starts with a letter – and ends with another.",
    "Im Café am Fluss wartet niemand mehr.", "“Nothing happens,” she says, and then it does.", "夜が明けるまで、誰も眠らない。",
    "Shot in one take;\nno second was needed.", "Line with <b>markup</b> & an ampersand.", "It’s 100% true… or not? 😀",
)  # fmt: skip
