"""The face that Django looks at: it imports the models of this app's features. Nothing else imports this module."""

from interactions.cds_hooks.models import CardFeedback, CdsClient, HookCall, ServedCard, SpentToken

__all__ = ["CardFeedback", "CdsClient", "HookCall", "ServedCard", "SpentToken"]
