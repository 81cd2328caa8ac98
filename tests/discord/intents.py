"""Gateway intents by the names that Discord's documentation gives them."""

from enum import IntFlag


class Intent(IntFlag):
    """What a bot may ask to hear of."""

    NONE = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INTEGRATIONS = 1 << 4
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


#: every bit that means something; any other one is refused with 4013
KNOWN = sum(Intent)
#: what has to be switched on for the application first; else the bot is refused with 4014
PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT

#: the flags of an application that stand for each privileged intent: of a large bot, and of one in few servers
GRANTED_BY = {
    Intent.GUILD_PRESENCES: 1 << 12 | 1 << 13,
    Intent.GUILD_MEMBERS: 1 << 14 | 1 << 15,
    Intent.MESSAGE_CONTENT: 1 << 18 | 1 << 19,
}


def granted(flags: int) -> Intent:
    """Return the privileged intents that an application with these flags may ask for."""
    found = Intent.NONE
    for intent, either in GRANTED_BY.items():
        if flags & either:
            found |= intent
    return found
