"""Exit 0 if this container's process says that it is ready, 1 if not: for images without curl.

No proxy from the environment is asked, and no third-party code is loaded: it runs every few seconds.
"""

import http.client
import os
import sys

TIMEOUT = 4.0


def main() -> int:
    """Ask `/health/ready` on the process's own port; what it answers if not ready is printed for `docker inspect`."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("HTTP_PORT", "8000")), timeout=TIMEOUT)
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        text = answer.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        text, status = repr(error), 0
    else:
        status = answer.status
    finally:
        connection.close()
    if status == http.client.OK:
        return 0
    print(status, text)
    return 1


if __name__ == "__main__":
    sys.exit(main())
