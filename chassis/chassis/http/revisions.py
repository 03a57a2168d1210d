"""ETag and If-Match, where two people may edit the same thing: an entity's revision is its tag."""

from starlette.requests import Request

from chassis.http.problem import Problem


def etag(revision: int) -> str:
    """The strong tag of a revision."""
    return f'"{revision}"'


def if_match(request: Request, revision: int) -> None:
    """Refuse a change that was made against another revision: 412; without `If-Match` at all: 428."""
    header = request.headers.get("if-match")
    if header is None:
        raise Problem(
            428, "if-match-required", "Say what you have seen", "Send If-Match with the ETag that you changed."
        )
    tags = [tag.strip() for tag in header.split(",")]
    if "*" not in tags and etag(revision) not in tags:
        raise Problem(
            412,
            "changed-meanwhile",
            "It was changed meanwhile",
            "Read it again and repeat your change.",
            headers={"ETag": etag(revision)},
            revision=revision,
        )
