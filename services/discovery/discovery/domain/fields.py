"""What can be read from a file of creators."""

from enum import StrEnum


class Field(StrEnum):
    """What can be read from a file."""

    HANDLE = "handle"
    DISPLAY_NAME = "display_name"
    FOLLOWERS = "followers"
    AVERAGE_VIEWS = "average_views"
    AVERAGE_LIKES = "average_likes"
    AVERAGE_COMMENTS = "average_comments"
    AVERAGE_SHARES = "average_shares"
    NETWORK = "network"
    AS_OF = "as_of"
