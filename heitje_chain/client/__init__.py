"""The API as its users call it: over HTTP with a token, signing with key files or signers of their own."""

from .api import Client
from .http import ClientError, Problem, ServerUnreachable
from .keys import KeyFile, KeyFileError, new_key_file
from .signers import CommandSigner, Signer, SignerError

__all__ = [
    "Client",
    "ClientError",
    "CommandSigner",
    "KeyFile",
    "KeyFileError",
    "Problem",
    "ServerUnreachable",
    "Signer",
    "SignerError",
    "new_key_file",
]
