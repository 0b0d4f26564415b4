"""A bank's SFTP server; it is that of the app's tests, which also play its faults."""

from collections_app.tests.providers.sftp import FOLDER, PASSWORD, USER, SftpServer

__all__ = ["FOLDER", "PASSWORD", "USER", "SftpServer"]
