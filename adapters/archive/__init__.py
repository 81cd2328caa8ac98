"""Reads exports: Slack export zip or folder, DiscordChatExporter JSON, JSON lines."""

from adapters.archive.archive import Archive, ArchiveFormat
from adapters.archive.detect import open_archive

__all__ = ["Archive", "ArchiveFormat", "open_archive"]
