"""The lines of the table for what keeps PlexSync from its work: servers, sign-ins, settings, the agent, a brake.

A trouble that comes and goes by itself shows after five seconds, so that an outage in the middle of a save does not
flicker. A choice of a person shows at once.
"""

from __future__ import annotations

from plexsync.domain.advice import STOPPED, explain
from plexsync.domain.standing.facts import Facts, ServerTrouble
from plexsync.domain.standing.phrase import Sentence, counted_scenes, number, sentence, verb, when
from plexsync.domain.standing.standing import Action, Standing, StandingKind

STEADY_SECONDS = 5.0

_STASH_SIGNED_OUT = "PlexSync is signed out of Stash."
_AWAY_WORDS = {
    "too_many_requests": "Plex wants to be asked less.",
    "takes_no_edits": "Plex takes no edits.",
    "bad_answer": "Plex gives answers that make no sense.",
    "other_server": "Another server answers at the address of Plex.",
    "moved": "Plex sends to another address.",
    "web_page": "A web page answers at the address of Plex.",
}


def stash_away(facts: Facts) -> Standing | None:
    """Stash does not answer the agent, or does not let it in."""
    trouble = _lasting(facts.stash, facts)
    if trouble is None or facts.gone_since is not None:
        return None
    cause = _cause(trouble)
    if trouble.is_refusal:
        action = Action("sign_in_to_stash", "Sign in")
        return Standing(StandingKind.STASH_SIGNED_OUT, sentence(_STASH_SIGNED_OUT), cause, actions=(action,))
    said = "Stash is not ready." if trouble.code == "not_ready" else "Stash does not answer."
    return Standing(StandingKind.STASH_AWAY, sentence(said), cause, actions=(Action("try_again", "Try again"),))


def not_set_up(facts: Facts) -> Standing | None:
    """Nobody has said yet which Plex it is about."""
    if facts.is_set_up:
        return None
    return Standing(
        StandingKind.NOT_SET_UP,
        sentence("Bring your Stash titles, performers, tags and covers to Plex."),
        sentence("Nothing is written to Plex before you press Start."),
        actions=(Action("set_up", "Set up PlexSync"),),
    )


def not_running(facts: Facts) -> Standing | None:
    """No agent lives."""
    if facts.gone_since is None or facts.now - facts.gone_since < STEADY_SECONDS:
        return None
    trouble = facts.start_trouble
    detail = "" if trouble is None else f"It could not be started: {explain(trouble.code, trouble.data)}"
    said = sentence("PlexSync is not running.", *_changes(facts))
    return Standing(StandingKind.NOT_RUNNING, said, sentence(detail), actions=(Action("start_agent", "Start it"),))


def settings_wrong(facts: Facts) -> Standing | None:
    """A setting is such that no work can go on."""
    if facts.plex is None or not facts.plex.is_settings:
        return None
    advice = explain(facts.plex.code, facts.plex.data)
    choose = Action("choose_libraries", "Choose libraries")
    action = choose if facts.plex.code == "no_such_library" else Action("open_settings", "Open the settings")
    said = sentence("PlexSync has stopped. ", advice.text)
    return Standing(StandingKind.SETTINGS_WRONG, said, sentence(advice.next_step), actions=(action,))


def plex_signed_out(facts: Facts) -> Standing | None:
    """Plex does not let PlexSync in, or not edit."""
    trouble = _lasting(facts.plex, facts)
    if trouble is None or not trouble.is_refusal:
        return None
    is_known = trouble.code == "token_refused"
    words = "Plex no longer accepts the sign-in." if is_known else "Plex forbids PlexSync to edit."
    said, action = sentence(words, *_changes(facts)), Action("sign_in", "Sign in again")
    return Standing(StandingKind.PLEX_SIGNED_OUT, said, _cause(trouble), actions=(action,))


def plex_away(facts: Facts) -> Standing | None:
    """Plex does not answer, or not as a Plex would."""
    trouble = _lasting(facts.plex, facts)
    if trouble is None:
        return None
    changes = _changes(facts, go_on=True)
    if trouble.is_start:
        return Standing(StandingKind.PLEX_STARTING, sentence("Plex is starting.", *changes))
    said = sentence(_AWAY_WORDS.get(trouble.code, "Plex does not answer."), *changes)
    again = sentence(" The next try is ", when(trouble.next_try_at), ".") if trouble.next_try_at else ()
    detail = (*_cause(trouble), *again)
    actions = (Action("try_now", "Try now"), Action("change_address", "Change address", is_main=False))
    return Standing(StandingKind.PLEX_AWAY, said, detail, actions=actions)


def braked(facts: Facts) -> Standing | None:
    """A brake holds something until a person has seen it."""
    if not facts.brakes:
        return None
    first, actions = facts.brakes[0], (Action("show_held", "Show what goes"),)
    if not first.data.keys() >= {"taking", "linked"}:
        advice = explain(first.code, first.data)
        said = sentence(f"{STOPPED}. ", advice.text)
        return Standing(StandingKind.BRAKED, said, sentence(advice.next_step), actions=actions)
    taking, linked = number(int(first.data["taking"]), "reconcile"), number(int(first.data["linked"]))
    said = sentence(f"{STOPPED}: this would take something away from ", taking, " of ", linked, " items.")
    return Standing(StandingKind.BRAKED, said, actions=actions)


def paused(facts: Facts) -> Standing | None:
    """A person has paused PlexSync, or Stash has it switched off."""
    if facts.plugin_off:
        advice = explain(facts.plugin_off, {})
        return Standing(StandingKind.PAUSED, sentence(advice.text), sentence(advice.next_step))
    if not facts.is_paused:
        return None
    return Standing(StandingKind.PAUSED, sentence("Paused.", *_changes(facts)), actions=(Action("resume", "Go on"),))


def dry_run(facts: Facts) -> Standing | None:
    """A person wants to see first what would be written."""
    if not facts.is_dry_run:
        return None
    dry = facts.counts.dry
    said = sentence("Dry run: ", *counted_scenes(dry, "queue"), " would change, nothing is written.")
    return Standing(StandingKind.DRY_RUN, said, actions=(Action("see_changes", "See the changes"),) if dry else ())


def _lasting(trouble: ServerTrouble | None, facts: Facts) -> ServerTrouble | None:
    return trouble if trouble is not None and facts.now - trouble.since >= STEADY_SECONDS else None


def _changes(facts: Facts, *, go_on: bool = False) -> Sentence:
    """Say how many changes wait, if any do, and that they ``go_on`` by themselves if that is so."""
    waiting = facts.counts.unfinished
    if not waiting:
        return ()
    words = verb(waiting, " change waits", " changes wait")
    rest = verb(waiting, " and goes on by itself", " and go on by themselves") if go_on else ""
    return sentence(" ", number(waiting, "queue"), f"{words}{rest}.")


def _cause(trouble: ServerTrouble) -> Sentence:
    advice = explain(trouble.code, trouble.data)
    return sentence(f"{advice} It began ", when(trouble.since), ".")
