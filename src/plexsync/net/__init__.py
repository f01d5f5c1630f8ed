"""Parts that both clients share: transport errors, TLS, decoding, redaction, retries and throttling."""
