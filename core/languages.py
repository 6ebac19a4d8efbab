"""The languages that people may have their texts in."""

LANGUAGES = (
    "ar", "bn", "bg", "zh", "cs", "nl", "en", "fa", "fr", "de", "el", "gu", "hi", "hu", "it", "ku",
    "lv", "lt", "ps", "pl", "pt", "pa", "ro", "ru", "sk", "so", "es", "sw", "ta", "ti", "tr", "uk",
    "ur", "vi", "cy",
)  # fmt: skip
"""By their ISO 639 codes: English, Welsh and others that are spoken in Britain."""
