"""Ways to send a text; each speaks ``messaging.gateways.base.SmsGateway``."""
