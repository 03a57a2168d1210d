"""The one call that campaigns makes: an invitation's address, handed to notifications."""

import httpx

from chassis.http import Problem, ServiceAuth, ServiceTokens, http_client, unavailable, unprocessable
from contracts.http.notifications import PutContact


async def put_contact(url: str, tokens: ServiceTokens, invitation: str, address: str, language: str) -> None:
    """Put the address under the invitation's id; 422 if it is none, 503 while notifications is away."""
    body = PutContact(address=address, language=language).model_dump_json()
    async with http_client(url, ServiceAuth(tokens, "notifications")) as http:
        try:
            answer = await http.put(
                f"/internal/contacts/{invitation}", content=body, headers={"content-type": "application/json"}
            )
        except httpx.HTTPError as error:
            raise _away() from error
    if answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
        raise unprocessable([("address", "This is not an e-mail address that mail can be sent to.")])
    if not answer.is_success:
        raise _away()


def _away() -> Problem:
    return unavailable("mail-unavailable", "Nobody can be invited at the moment", "Nothing was sent. Try again.")
