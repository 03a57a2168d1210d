"""One story of the platform, told through its public interfaces: HTTP, webhooks, Kafka topics, links and mails."""
