"""What discovery's API takes and answers. Figures are whole numbers; an unknown one is null, never zero."""

from contracts.http.discovery.creators import CreatorOut
from contracts.http.discovery.imports import ImportReport, RefusedRow
from contracts.http.discovery.search import CreatorQuery, CreatorsFound, CreatorSort, FacetsOut
from contracts.http.discovery.snapshots import SnapshotIn, SnapshotsIn, SnapshotsOut, VideoIn

__all__ = [
    "CreatorOut",
    "CreatorQuery",
    "CreatorSort",
    "CreatorsFound",
    "FacetsOut",
    "ImportReport",
    "RefusedRow",
    "SnapshotIn",
    "SnapshotsIn",
    "SnapshotsOut",
    "VideoIn",
]
