"""The simulated plex.tv as one object: its state and its switches."""

from __future__ import annotations

from plexsync_simulators.plextv.accounts import Accounts
from plexsync_simulators.plextv.pins import Pins
from plexsync_simulators.plextv.switches import PlexTvSwitches
from plexsync_simulators.shared.faults import Faults
from plexsync_simulators.shared.request_log import RequestLog
from plexsync_simulators.shared.tempo import Tempo
from plexsync_simulators.shared.trouble import Trouble


class PlexTv:
    """Everything it is made of; pages and control work on its parts."""

    def __init__(self, switches: PlexTvSwitches) -> None:
        self.switches = switches
        self.accounts = Accounts()
        self.pins = Pins()
        self.trouble = Trouble(Faults("query"))
        self.tempo = Tempo()
        self.log = RequestLog("methods", "paths")
        # Whether any request carried a token in its address, where every proxy on the way would log it.
        self.token_in_address = False
