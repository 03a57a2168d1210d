"""What is a contact, which mails there are, and what becomes of each: no I/O."""
