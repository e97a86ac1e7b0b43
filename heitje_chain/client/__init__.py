"""The API as its users call it: over HTTP with a token, signing with key files of their own."""

from .http import Client, ClientError, Problem, ServerUnreachable
from .keys import KeyFile, KeyFileError, new_key_file

__all__ = ["Client", "ClientError", "KeyFile", "KeyFileError", "Problem", "ServerUnreachable", "new_key_file"]
