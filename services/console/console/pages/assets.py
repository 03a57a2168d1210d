"""Files that pages link to, under names that change with their content, so that browsers may keep them for ever."""

from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One file of `static/`."""

    name: str
    kind: str

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return (files("console") / "static" / self.name).read_bytes()

    @property
    def path(self) -> str:
        """Where it is served: `/static/<hash>/<name>`."""
        return f"/static/{_hash(self.name)}/{self.name}"

    async def serve(self, _request: Request) -> Response:
        """The file, whatever hash was asked for: an old page gets the new style rather than none."""
        return Response(
            self.content,
            media_type=self.kind,
            headers={"Cache-Control": FOR_EVER, "Cross-Origin-Resource-Policy": "same-origin"},
        )


def _hash(name: str) -> str:
    return sha256((files("console") / "static" / name).read_bytes()).hexdigest()[:12]


STYLE = Asset("console.css", "text/css; charset=utf-8")
ICON = Asset("favicon.svg", "image/svg+xml")
BIO_STYLE = Asset("bio.css", "text/css; charset=utf-8")
COUNT = Asset("count.js", "text/javascript; charset=utf-8")
ASSETS = (STYLE, ICON, BIO_STYLE, COUNT)
