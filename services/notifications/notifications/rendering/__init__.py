"""Letters into mails: words by gettext, formats by the recipient's locale and zone, one layout."""
