"""Errors in words: what went wrong with a server, an item, a setting or the data folder."""

from __future__ import annotations

from collections.abc import Mapping

_TOO_LONG = (
    "{by} refuses {field} of item {rating_key}: {size} bytes are too long a request (answer {status}).",
    "Shorten it in Stash, or give PlexSync Plex's own address in place of the proxy's: nginx takes 8192 bytes.",
)

_NO_PLEX_TV = (
    "See whether this machine reaches the internet, then try again; or `plexsync setup --url ADDRESS` with a token."
)
_LATER = "Nothing is lost: try again in some minutes."

ERRORS: Mapping[str, tuple[str, str]] = {
    "item_rejected": (
        "{by} refuses {field} of item {rating_key}: {value} (answer {status}: {detail}).",
        "Correct it in Stash, or set the field's policy to off; then retry the dead letters.",
    ),
    "item_rejected.database": (
        "{by} was busy or locked when {field} of item {rating_key} was written: {value} (answer {status}: {detail}).",
        "Nothing is wrong with the value. See what keeps the database busy, as a scan or a backup; then retry.",
    ),
    **dict.fromkeys(("item_rejected.413", "item_rejected.414", "item_rejected.431"), _TOO_LONG),
    "item_gone": (
        "Item {rating_key} is no longer in Plex.",
        "Nothing if you deleted it; else let Plex scan the library, and the scene is linked again.",
    ),
    "item_unreadable": (
        "Plex answers for other items but not for item {rating_key} ({detail}).",
        "Open the item in Plex and look into Plex's log; refresh its metadata there, then retry the dead letters.",
    ),
    "scene_unreadable": (
        "Stash answers for other scenes but not for this one ({detail}).",
        "Open the scene in Stash and save it once; if it does not open, look into Stash's log, then retry.",
    ),
    "not_applied": (
        "Plex took the edit of item {rating_key} but shows something else in: {fields}.",
        "Look at these fields of the item in Plex; switch a field's policy off if Plex keeps changing it.",
    ),
    "not_applied.names": (
        "Plex took the edit of item {rating_key} and still shows names in {fields} that Stash does not have: {names}.",
        "Take them away in Plex, then retry. This version of Plex takes such names away in none of PlexSync's ways.",
    ),
    "image_rejected": (
        "The scene's cover could not be brought to Plex ({status} {detail}).",
        "Open the cover in Stash: it must be a picture of at most 10 MB; set another one, then retry.",
    ),
    "scene_fails": (
        "{server} fails at this scene while it does well with others (answer {status}: {detail}).",
        "Look at the scene in Stash and at its item in Plex, and into {server}'s log; then retry the dead letters.",
    ),
    "bug": (
        "PlexSync made a mistake of its own with this scene.",
        "Please report it with the lines about it in plexsync.log, then retry the dead letters.",
    ),
    "unreachable": (
        "{server} does not answer at {url} ({detail}).",
        "Start it, or correct its address in the settings; work goes on by itself once it answers.",
    ),
    "no_such_host": (
        "There is no machine of the name in {server}'s address {url} ({detail}).",
        "Correct the address in the settings, or use the machine's number in place of its name.",
    ),
    "no_reply": (
        "{server} at {url} gives no answer in time ({detail}).",
        "See whether it is very busy, hangs, or a firewall keeps its answers back; work goes on by itself.",
    ),
    "dropped": (
        "{server} at {url} hangs up before it has answered ({detail}).",
        "If it is being restarted, wait: work goes on by itself; else look into its log.",
    ),
    "https_only": (
        "{server} at {url} hangs up on http and takes https (in Plex: Secure connections, Required).",
        "Set the address to {https_url}, or choose Secure connections: Preferred in Plex under Settings, Network.",
    ),
    "moved": (
        "{server} at {url} sends to another address: {location}.",
        "Set the address to that one if it is yours. PlexSync does not follow by itself: the token would go along.",
    ),
    "tls_failed": (
        "The connection to {server} at {url} is not secure: {detail}.",
        "Use the address in the certificate, or http:// if the server has no TLS. To trust this one: `plexsync check`.",
    ),
    **dict.fromkeys(
        ("unreachable.plex.tv", "no_such_host.plex.tv", "no_reply.plex.tv", "dropped.plex.tv", "tls_failed.plex.tv"),
        ("This machine does not reach plex.tv ({detail}).", _NO_PLEX_TV),
    ),
    "bad_answer.plex.tv": ("An answer of plex.tv makes no sense (status {status}: {detail}).", _LATER),
    "too_many_requests.plex.tv": (
        "Too many requests went to plex.tv: nothing is asked for {retry_after} s.",
        "Wait: a sign-in goes on by itself.",
    ),
    "token_refused.plex.tv": (
        "The sign-in at plex.tv is no longer accepted.",
        "Sign in again: `plexsync setup` goes on where it was.",
    ),
    "no_address_answers": (
        "The server {name} answers at none of its addresses ({number} tried). {detail}",
        "See that it runs and that this machine may reach it, or give its address: `plexsync setup --url ADDRESS`.",
    ),
    "foreign_server": (
        "Another Plex server answers at {url} than the one you chose. It got no token.",
        "Correct the address, or run `plexsync setup` and choose the server anew.",
    ),
    "pin_expired": ("The code has run out, or it was turned down.", "Ask for a new one: `plexsync setup`."),
    "not_signed_in": ("Nobody has signed in to Plex.", "Run `plexsync setup`."),
    "no_plex_server": (
        "The account {account} has no Plex server.",
        "Sign in with the account that owns the server (`plexsync signout`, then `plexsync setup`).",
    ),
    "no_such_server": ("Your account has no Plex server {name}.", "Name one of these: {available}."),
    "several_servers": (
        "Your account has several Plex servers of the name {name}.",
        "Name one by its id: {available}.",
    ),
    "not_own_server": (
        "The server {name} belongs to {owner}: others may look at it but not edit.",
        "Choose a server of your own, or sign in with the account that owns it.",
    ),
    "steps_missing": ("The set-up cannot start yet: {step} has no answer.", "Run `plexsync setup` to answer it."),
    "not_ready": (
        "{server} at {url} waits for {detail}.",
        "Open its page and let it go on. PlexSync goes on by itself within a minute.",
    ),
    "starting": (
        "{server} at {url} is starting or busy with its own maintenance.",
        "Wait: work goes on by itself once it is ready.",
    ),
    "too_many_requests": (
        "{server} at {url}, or its proxy, wants fewer requests (answer 429): nothing is sent for {retry_after} s.",
        "Raise the limit where it is set, or give PlexSync Plex's own address; work goes on by itself.",
    ),
    "takes_no_edits": (
        "Plex at {url} answers, but fails at every edit (answer {status}: {detail}).",
        "Work goes on by itself once it takes edits; if that lasts, look into Plex's log: its database may be busy.",
    ),
    "takes_no_edits.database": (
        "Plex at {url} takes no edit now: its database is busy or locked (answer {status}: {detail}).",
        "Work goes on by itself once it takes edits; if that lasts, end what keeps the database busy, or restart Plex.",
    ),
    "token_refused": (
        "Plex at {url} does not accept the token.",
        "Sign in to Plex anew and set plex_token to your account's token.",
    ),
    "token_refused.stash": (
        "Stash at {url} does not accept the API key.",
        "Copy the key from Stash's security settings and set stash_api_key to it.",
    ),
    "session_refused": (
        "PlexSync's session at {server} ({url}) has expired.",
        "Open Stash's page once so that PlexSync gets a fresh session, or set stash_api_key.",
    ),
    "password_set": (
        "{server} at {url} asks for a password now.",
        "Sign in to Stash and open its page once so that PlexSync gets a session, or set stash_api_key.",
    ),
    "not_allowed": (
        "The Plex token is valid but may not do this ({action}).",
        "Use the token of the account that owns the server: others may look but not edit.",
    ),
    "not_allowed.stash": (
        "Stash at {url} forbids it ({action}).",
        "Check Stash's security settings: it may have shut itself off after a request from a public address.",
    ),
    "bad_answer": (
        "{server} at {url} gave an answer that makes no sense (status {status}: {detail}).",
        "Check that the address is {server}'s own and look into its log; PlexSync tries again by itself.",
    ),
    "other_server": (
        "Something else than {server} answers at {url} ({detail}).",
        "Correct {server}'s address in the settings: its host and its port (Plex 32400, Stash 9999 unless changed).",
    ),
    "web_page": (
        "A web page comes in place of {server}'s answer at {url} ({detail}).",
        "A proxy or its login stands before {server}: give {server}'s own address in the settings.",
    ),
    "not_configured": (
        "The setting {setting} has no value.",
        "Set it on the settings page in Stash or by `plexsync config set {setting} VALUE`.",
    ),
    "bad_setting": (
        "The setting {setting} (from {origin}) is not understood: {value}.",
        "Give it {allowed}.",
    ),
    "settings_unreadable": (
        "PlexSync cannot read its settings in {path} ({detail}).",
        "Make it a file that the user who runs PlexSync may read, or move it away.",
    ),
    "settings_gone": (
        "{path} is gone or empty; what it said last stays in force.",
        "Put the file back, or save any setting, which makes it anew. For none at all: `plexsync config reset`.",
    ),
    "would_lock_out": (
        "{path} belongs to the user {owner}; written by {user}, the agent could no longer read it.",
        "Run the command as {owner}: `sudo -u {owner} plexsync ...`, or `docker exec -u {owner} ...`.",
    ),
    "no_locks": (
        "The file system of {path} cannot lock files ({detail}), so no agent can tell whether it is the only one.",
        "Put PlexSync's data folder on a local disk: set PLEXSYNC_DATA_DIR where Stash is started.",
    ),
    "no_such_library": (
        "Plex has no movie library named {library}.",
        "Choose from these: {available}. The setting is plex_libraries.",
    ),
    "no_such_setting": (
        "There is no setting named {setting}.",
        "Did you mean: {nearest}? `plexsync config show` lists them all.",
    ),
    "unsupported": (
        "This {server} {version} lacks what PlexSync needs: {missing}.",
        "Update it (Stash: v0.27 or newer).",
    ),
    "state_too_new": (
        "The state in {path} was written by a newer PlexSync (version {version} of its tables, known are {known}).",
        (
            "Install the newer PlexSync again, or put state.db.v{known}.bak in its place. "
            "To begin anew, move state.db away."
        ),
    ),
    "state_damaged": (
        "PlexSync's database {path} is damaged ({detail}).",
        "Start the agent, as any task in Stash does: it puts the file aside and builds a new one from Stash and Plex.",
    ),
    "photos_own_machine": (
        "Stash's address {url} means another machine to Plex, so Plex gets no photos of actors.",
        "Set photo_url to Stash's address as Plex opens it, like http://192.168.1.5:9999.",
    ),
    "photos_password": (
        "Stash asks for a password before it gives {url}, and Plex has none.",
        "Set photo_url to a proxy that lets /performer/ through, or switch actor_photos off.",
    ),
    "photos_closed": (
        "Plex cannot open {url} ({detail}).",
        "Set photo_url to Stash's address as Plex opens it, like http://192.168.1.5:9999.",
    ),
    "photos_untried": (
        "Plex does not let this token try whether it can open {url} ({detail}).",
        "Look at an actor in Plex and see whether the photo is there.",
    ),
    "photos_none": ("No performer in Stash has a photo yet, so {url} could not be tried.", ""),
    "photos_open": ("Plex opens {url}.", ""),
}
