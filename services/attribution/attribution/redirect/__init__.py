"""The redirect: `/r/{code}` leads on to the link's target, and a click is on the topic before its answer goes out."""
