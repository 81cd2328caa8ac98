"""A seeded community that goes on by itself: ordinary talk, and now and then something that asks for moderation."""

from adapters.local.life.life import Life, NoSuchSceneError

__all__ = ["Life", "NoSuchSceneError"]
