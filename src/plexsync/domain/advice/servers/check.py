"""Sentences of the health check, where nothing failed on the way."""

from __future__ import annotations

from collections.abc import Mapping

from plexsync.domain.advice.general import PATH_MAP_HINT

CHECK: Mapping[str, tuple[str, str]] = {
    "folder_writable": ("{path} can be written.", ""),
    "folder_open_to_all": (
        "{path} can be written by every user of this machine.",
        "Take that right away: `chmod o-w {path}`.",
    ),
    "settings_understood": ("All settings are understood.", ""),
    "stash_answers": ("Stash answers at {url}: version {version}, {scenes}.", ""),
    "file_in_sight": ("{path} is in sight: changes are seen at once.", ""),
    "file_out_of_sight": (
        "{path} cannot be seen from here, so Stash is asked every few seconds instead.",
        "Nothing must be done; give PlexSync's container read access to that folder for faster syncing.",
    ),
    "plex_answers": ("Plex answers at {url}: version {version}; the token is accepted.", ""),
    "plex_answers.no_token": ("Plex answers at {url}: version {version}; it wants no token.", ""),
    "edit_allowed": ("The token is the owner's and may edit.", ""),
    "edit_untold": (
        "Plex does not tell whether this token may edit.",
        "Run `plexsync probe --item SCENE`: it writes to that scene's item and puts it back.",
    ),
    "probe_untried": (
        "How this Plex takes edits and pictures shows only in a real write.",
        "Run `plexsync probe --item SCENE`: it writes to that scene's item and puts it back.",
    ),
    "libraries_chosen": ("PlexSync works on {library}.", ""),
    "no_movie_library": (
        "Plex has no movie library.",
        "Make one in Plex over the folder of your files, with the agent `Plex Personal Media` or with no agent.",
    ),
    "clock_agrees": ("{server}'s clock differs from this machine's by {size} s at most.", ""),
    "clock_off": (
        "{server}'s clock differs from this machine's by {size} s.",
        "Have both machines set their clocks over the network; nothing is lost, but times in logs do not agree.",
    ),
    "path_map_set": ("The path map is {rules}, as set.", ""),
    "path_map_inferred": ("The path map is {rules}, found out from equal files.", ""),
    "path_map_none": ("No path map is needed or known: paths are taken as they are.", ""),
    "no_files": ("Stash has no scene with a file yet.", "Scan your folders in Stash."),
    "files_in_plex": ("{items} of {size} tried are in Plex.", ""),
    "files_not_in_plex": (
        "{items} of {size} tried are in Plex. {path} is not, though Plex should have it as {mapped}.",
        "Let Plex scan the library and see that the file is readable for Plex. `plexsync why {scene}` says more.",
    ),
    "files_not_in_plex.outside": (
        "{items} of {size} tried are in Plex. {path} is not: {mapped} is in no folder of the chosen libraries.",
        PATH_MAP_HINT + " `plexsync why {scene}` says more.",
    ),
    "files_not_in_plex.unmapped": (
        "{items} of {size} tried are in Plex. {path} is not, and no rule of the path map covers it.",
        PATH_MAP_HINT + " `plexsync why {scene}` says more.",
    ),
    "probe_kept": ("This Plex answered {items} as assumed, {when} ago.", ""),
    "agent_running": ("PlexSync's background process is running.", ""),
    "certificate_public": (
        "{server}'s certificate at {url} is a public one. It is renewed every few weeks, and {setting} is not.",
        "Let it be verified by its name: `plexsync config set {setting} ''`.",
    ),
    "certificate_untrusted": (
        "The certificate shown at {url} is not trusted ({detail}). Its SHA-256 is {value}.",
        "If it is {server}'s own, trust this one certificate: `plexsync config set {setting} {value}`.",
    ),
    "certificate_untrusted.other": (
        "The certificate shown at {url} is not the one of {setting}. Its SHA-256 is {value}.",
        "If it is {server}'s own, trust this one certificate: `plexsync config set {setting} {value}`.",
    ),
}
