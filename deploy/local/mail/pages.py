"""Two pages for a person who wants to read the mails."""

from html import escape
from urllib.parse import quote

from local.mail.mailbox import Mail, Mailbox

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { width: 100%; border-collapse: collapse }
td, th { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid #8884; vertical-align: top }
small, th { color: #777; font-weight: normal }
iframe { width: 100%; height: 34rem; border: 1px solid #8884; border-radius: .5rem; background: #fff }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; border: 1px solid #8884; border-radius: .5rem }
"""


def mail_list(mailbox: Mailbox) -> str:
    """All mails, the newest first."""
    rows = "".join(_row(mail) for mail in mailbox.newest()) or "<tr><td>No mail yet.</td></tr>"
    return _page("Mails", f"<h1>Mails</h1><table>{rows}</table>")


def mail_view(mail: Mail) -> str:
    """One mail: its HTML part in a frame that can run nothing, and its text part."""
    details = mail.details()
    links_open_outside = '<base target="_blank">'
    frame = (
        f'<iframe title="HTML part" sandbox="allow-popups allow-popups-to-escape-sandbox"'
        f' srcdoc="{escape(links_open_outside + mail.html)}"></iframe>'
        if mail.html
        else "<p>This mail has no HTML part.</p>"
    )
    return _page(
        details["Subject"],
        f'<p><a href="/">All mails</a></p><h1>{escape(details["Subject"])}</h1>'
        f"<p>From {escape(_people(mail.header('From')))} to {escape(_people(mail.header('To')))}<br>"
        f"<small>{escape(details['Date'])}</small></p>{frame}<h2>Text</h2><pre>{escape(mail.text)}</pre>",
    )


def _row(mail: Mail) -> str:
    summary = mail.summary()
    subject = summary["Subject"] or "(no subject)"
    return (
        f'<tr><td><a href="/view/{quote(mail.id)}">{escape(subject)}</a><br>'
        f"<small>{escape(summary['Snippet'])}</small></td>"
        f"<td>{escape(_people(mail.header('To')))}<br><small>{escape(summary['Created'])}</small></td></tr>"
    )


def _people(header: str) -> str:
    return header or "nobody named"


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><body>{body}</body></html>"
    )
