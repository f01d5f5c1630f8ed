"""All that may stand in a recording as it came: an allow list. Everything else is told by its form alone.

The names are those of Plex's own document and of the recordings in ``tests/recordings/plex``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_KEYS = (
    "Account Action Activity Chapter Collection Context Country Director Directory Feature Field FieldType Filter "
    "Genre Guid Image Label Location Marker Media MediaProvider Metadata MetadataAgentProvider "
    "MetadataAgentProviderGroup MetadataAgentProviderGroupItem MetadataType Mood Operator Part Pivot Player "
    "Preferences Producer Rating Review Role Session Setting Similar Sort Stream Style TranscodeSession Type "
    "UltraBlurColors User Writer accessible accountID active actor addedAt advanced agent agentType "
    "allowCameraUpload allowChannelAccess allowMediaDeletion allowSharing allowSync allowTuners alt anamorphic "
    "art aspectRatio audienceRating audienceRatingImage audioChannelLayout audioChannels audioCodec audioProfile "
    "augmentationKey autoSelectAudio backgroundProcessing bitDepth bitrate boolean cancellable certificate "
    "channels chapterSource childCount chromaLocation chromaSubsampling claimed codec codedHeight codedWidth "
    "collection collectionMode collectionPublished collectionSort colorPrimaries colorRange colorSpace colorTrc "
    "companionProxy composite container content contentChangedAt contentRating context count country countryCode "
    "createdAt date default defaultAudioLanguage defaultDirection defaultSubtitleLanguage descKey deviceID "
    "diagnostics director directory displayTitle duplicate duration editionTitle enumValues eventStream exists "
    "extendedDisplayTitle fastKey file filter filterType filters flavor format frameRate friendlyName frozen "
    "genre group guid has64bitOffsets hasPremiumPrimaryExtra hasScalingMatrix headers heartbeat height hidden "
    "historyKey hubKey id identifier image includeMeta index indexes integer key label language lastRatedAt "
    "lastViewedAt level librarySectionID librarySectionKey librarySectionTitle librarySectionUUID link livetv "
    "locked machineIdentifier maxYear mediaTagPrefix mediaTagVersion metadataAgentProviderGroupId "
    "metadataAgentProviderId minYear missing multiuser musicAnalysis myPlex myPlexMappingState myPlexSigninState "
    "myPlexSubscription myPlexUsername name offset online optimizedForStreaming order originallyAvailableAt "
    "ownerFeatures path photoAutoTag pixelAspectRatio platform platformVersion pluginHost primaryExtraKey "
    "primaryIdentifier producer profile progress protocols provider pushNotifications rating ratingCount "
    "ratingImage ratingKey readOnlyLibraries refFrames refreshing role samplingRate scanType scannedAt scanner "
    "score scrobbleKey selected sessionKey size skipCount slots slug source startState streamIdentifier "
    "streamType streamingBrainABRVersion streamingBrainVersion streams string studio subtitle subtitleMode "
    "subtype summary symbol sync tag tagKey tagline text thumb title title1 title2 totalSize "
    "transcoderActiveVideoSessions transcoderAudio transcoderLyrics transcoderSubtitles transcoderVideo "
    "transcoderVideoBitrates transcoderVideoQualities transcoderVideoResolutions trash type types unmatched "
    "unscrobbleKey unwatched updatedAt updater uri userID userRating uuid value version videoCodec videoFrameRate "
    "videoProfile videoResolution viewCount viewGroup viewMode viewOffset viewedAt voiceSearch websocket width "
    "writer year "
)
_HEADERS = (
    "accept-ranges cache-control connection content-encoding content-length content-type date keep-alive location "
    "retry-after server transfer-encoding vary x-plex-container-start x-plex-container-total-size x-plex-content- "
    "original-length x-plex-content-compressed-length x-plex-protocol "
)

KEYS = frozenset(_KEYS.split())
"""Names of attributes and elements in answers."""

LOCKS = (
    *("title", "titleSort", "summary", "tagline", "studio", "originallyAvailableAt", "userRating", "contentRating"),
    *("genre", "actor", "director", "writer", "producer", "country", "collection", "label"),
)
"""Names of fields that can be locked."""

_COUNTS = frozenset(("size", "offset", "index", "streamType", "hidden", "viewMode", "transcoderActiveVideoSessions"))
_LARGEST_COUNT = 9_999

WORDS: Mapping[str, frozenset[str]] = {
    "type": frozenset(("movie", "show", "artist", "photo", "collection", "season", "episode", "clip", "bool", "text")),
    "subtype": frozenset(("movie", "show")),
    "viewGroup": frozenset(("movie", "show", "secondary")),
    "agent": frozenset(("tv.plex.agents.movie", "tv.plex.agents.none", "com.plexapp.agents.none")),
    "scanner": frozenset(("Plex Movie", "Plex Movie Scanner", "Plex Video Files", "Plex Video Files Scanner")),
    "name": frozenset((*LOCKS, "thumb", "art")),
    "myPlexSigninState": frozenset(("ok", "none")),
    "myPlexMappingState": frozenset(("mapped", "unknown", "failed")),
}
"""Values of Plex's own, by the attribute in which they stand."""

HEADERS = frozenset(_HEADERS.split())
"""Names of headers, in small letters."""

EVENTS = frozenset(
    ("ping", "playing", "activity", "timeline", "status", "transcodeSession.update", "backgroundProcessingQueue")
)
"""Kinds of notifications."""

PLATFORMS = frozenset(("Linux", "Windows", "MacOSX", "FreeBSD", "Darwin"))
VERSION = re.compile(r"\d{1,4}(?:\.\d{1,6}){1,4}(?:-[0-9a-f]{1,16})?")
FINDING = re.compile(r"[A-Za-z0-9 ]{1,40}")
FORMS = frozenset(("JSON", "XML", "HTML", "text", "nothing"))


def is_count(key: str, number: int) -> bool:
    """Tell whether a number tells nothing of a person: one of a few attributes has it, and it is small."""
    return key in _COUNTS and 0 <= number <= _LARGEST_COUNT
