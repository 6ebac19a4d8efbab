"""A local server that speaks Twilio's Messages interface, and keeps its own ledger of texts.

``server.TwilioServer`` is where to begin; ``faults`` lists the ways in which it can fail.
"""
